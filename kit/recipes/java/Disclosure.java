// Opens a message of profile `jose` and makes a receipt, with Java's standard library (JDK 17 and later); Json.java stands in for
// your own JSON library. Check the message first (verify_disclosure.py, `disclosure-kit verify` or the page): this does not look at the log.
import java.nio.charset.StandardCharsets;
import java.security.*;
import java.security.spec.*;
import java.util.*;
import javax.crypto.*;
import javax.crypto.spec.*;

final class Disclosure {
    static byte[] utf8(String text) { return text.getBytes(StandardCharsets.UTF_8); }
    static Map<String, Object> json(byte[] data) { return Json.object(new String(data, StandardCharsets.UTF_8)); }
    static String encode(byte[] data) { return Base64.getUrlEncoder().withoutPadding().encodeToString(data); }
    static void must(boolean holds, String what) { if (!holds) throw new SecurityException("refused: " + what); }
    static byte[] decode(String text) { // one right spelling only: a flipped bit at the end of a base64 text counts too
        byte[] data = Base64.getUrlDecoder().decode(text);
        must(encode(data).equals(text), "spelling");
        return data;
    }
    static byte[] join(byte[]... parts) {
        var out = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) out.writeBytes(part);
        return out.toByteArray();
    }
    // Keys of curve 25519 from their 32 bytes (RFC 8410); `curve` is "6e" for X25519 and "70" for Ed25519.
    static PublicKey open(String curve, byte[] raw) throws GeneralSecurityException {
        must(raw.length == 32, "a key has 32 bytes");
        byte[] head = HexFormat.of().parseHex("302a300506032b65" + curve + "032100");
        return KeyFactory.getInstance(curve.equals("6e") ? "X25519" : "Ed25519").generatePublic(new X509EncodedKeySpec(join(head, raw)));
    }
    static PrivateKey secret(String curve, byte[] raw) throws GeneralSecurityException {
        byte[] head = HexFormat.of().parseHex("302e020100300506032b65" + curve + "04220420");
        return KeyFactory.getInstance(curve.equals("6e") ? "X25519" : "Ed25519").generatePrivate(new PKCS8EncodedKeySpec(join(head, raw)));
    }
    // JWE: ECDH-ES on X25519 (RFC 8037), Concat KDF (RFC 7518 section 4.6), A256GCM.
    static String decrypt(String message, Map<String, Object> own) throws GeneralSecurityException {
        String[] parts = message.split("\\.", -1);
        must(parts.length == 5 && parts[1].isEmpty(), "not a message of this profile");
        Map<String, Object> head = json(decode(parts[0])), epk = Json.object(head.get("epk"));
        must(head.keySet().equals(Set.of("alg", "enc", "cty", "kid", "epk")) && epk.keySet().equals(Set.of("kty", "crv", "x")), "header");
        must("ECDH-ES".equals(head.get("alg")) && "A256GCM".equals(head.get("enc")) && "X25519".equals(epk.get("crv")), "algorithm");
        must("JWT".equals(head.get("cty")) && "OKP".equals(epk.get("kty")) && own.get("kid").equals(head.get("kid")), "made for another key");
        KeyAgreement exchange = KeyAgreement.getInstance("X25519");
        exchange.init(secret("6e", decode((String) own.get("d"))));
        exchange.doPhase(open("6e", decode((String) epk.get("x"))), true); // refuses points of small order
        byte[] info = join(new byte[] {0, 0, 0, 1}, exchange.generateSecret(), new byte[] {0, 0, 0, 7}, utf8("A256GCM"), new byte[8], new byte[] {0, 0, 1, 0});
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        var key = new SecretKeySpec(MessageDigest.getInstance("SHA-256").digest(info), "AES");
        must(decode(parts[2]).length == 12 && decode(parts[4]).length == 16, "the message was cut");
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, decode(parts[2])));
        cipher.updateAAD(utf8(parts[0]));
        return new String(cipher.doFinal(join(decode(parts[3]), decode(parts[4]))), StandardCharsets.UTF_8);
    }
    // JWS: Ed25519 (RFC 9864), by a key of issuer.jwks.json; then for us, for this key, and in date.
    static Map<String, Object> open(String message, Map<String, Object> own, List<Map<String, Object>> issuerKeys, String issuer, String me, long now)
            throws GeneralSecurityException {
        String[] parts = decrypt(message, own).split("\\.", -1);
        must(parts.length == 3, "not signed");
        Map<String, Object> head = json(decode(parts[0]));
        must(head.keySet().equals(Set.of("alg", "typ", "kid")) && "Ed25519".equals(head.get("alg")) && "disclosure+jwt".equals(head.get("typ")), "header of the signature");
        var signer = issuerKeys.stream().filter(each -> head.get("kid").equals(each.get("kid")) && "Ed25519".equals(each.get("crv"))).findFirst();
        must(signer.isPresent(), "signed with a key that is not trusted here");
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(open("70", decode((String) signer.get().get("x"))));
        signature.update(utf8(parts[0] + "." + parts[1]));
        must(signature.verify(decode(parts[2])), "signature");
        Map<String, Object> claims = json(decode(parts[1]));
        must(issuer.equals(claims.get("iss")), "another sender");
        must(me.equals(claims.get("aud")) && own.get("kid").equals(claims.get("rkid")), "made for another recipient: answer not_for_us"); // never leave this out
        must((long) claims.get("nbf") <= now + 60 && now < (long) claims.get("exp"), "not in date");
        return claims;
    }
    // state: received, opened, not_for_us, acted or destroyed. POST it as {"receipt": …} to /api/v1/inbox/<jti>/receipts.
    static String receipt(String message, Map<String, Object> signing, String me, String issuer, String jti, String state, long now) throws GeneralSecurityException {
        String h = "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(utf8(message)));
        String head = "{\"alg\":\"Ed25519\",\"kid\":\"%s\",\"typ\":\"disclosure-receipt+jwt\"}".formatted(signing.get("kid"));
        String claims = "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"%s\",\"h\":\"%s\",\"state\":\"%s\",\"iat\":%d}".formatted(me, issuer, jti, h, state, now);
        String text = encode(utf8(head)) + "." + encode(utf8(claims));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(secret("70", decode((String) signing.get("d"))));
        signature.update(utf8(text));
        return text + "." + encode(signature.sign());
    }
}
