// The profile `nlgov` with Java's standard library alone: an independent reading of docs/sealing.md. Reads lines:
//   open MESSAGE ISSUER-N N D P Q DP DQ QI   prints the signed JSON        sign HEADER CLAIMS N D P Q DP DQ QI   prints a compact JWS
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.*;
import java.security.spec.*;
import java.util.*;
import javax.crypto.*;
import javax.crypto.spec.*;

final class Nlgov {
    static byte[] decode(String text) { return Base64.getUrlDecoder().decode(text); }
    static String encode(byte[] data) { return Base64.getUrlEncoder().withoutPadding().encodeToString(data); }
    static byte[] utf8(String text) { return text.getBytes(StandardCharsets.UTF_8); }
    static BigInteger number(String text) { return new BigInteger(1, decode(text)); }

    static PrivateKey secret(List<String> n) throws GeneralSecurityException {
        var e = BigInteger.valueOf(65537);
        return KeyFactory.getInstance("RSA").generatePrivate(new RSAPrivateCrtKeySpec(number(n.get(0)), e, number(n.get(1)),
            number(n.get(2)), number(n.get(3)), number(n.get(4)), number(n.get(5)), number(n.get(6))));
    }

    static Signature ps256() throws GeneralSecurityException {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        return signature;
    }

    static String open(String message, String issuer, PrivateKey key) throws GeneralSecurityException {
        String[] parts = message.split("\\.", -1);
        Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
        oaep.init(Cipher.DECRYPT_MODE, key);
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        gcm.init(Cipher.DECRYPT_MODE, new SecretKeySpec(oaep.doFinal(decode(parts[1])), "AES"), new GCMParameterSpec(128, decode(parts[2])));
        gcm.updateAAD(utf8(parts[0]));
        gcm.update(decode(parts[3]));
        // GCM gives nothing out before the tag fits: the text comes with the last call.
        String[] token = new String(gcm.doFinal(decode(parts[4])), StandardCharsets.UTF_8).split("\\.", -1);
        Signature signature = ps256();
        signature.initVerify(KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(number(issuer), BigInteger.valueOf(65537))));
        signature.update(utf8(token[0] + "." + token[1]));
        if (!signature.verify(decode(token[2]))) throw new SecurityException("refused: signature");
        return new String(decode(token[1]), StandardCharsets.UTF_8);
    }

    static String sign(String header, String claims, PrivateKey key) throws GeneralSecurityException {
        String text = encode(utf8(header)) + "." + encode(utf8(claims));
        Signature signature = ps256();
        signature.initSign(key);
        signature.update(utf8(text));
        return text + "." + encode(signature.sign());
    }

    public static void main(String[] args) throws Exception {
        List<String> lines = Arrays.asList(new String(System.in.readAllBytes(), StandardCharsets.UTF_8).split("\n"));
        try {
            PrivateKey key = secret(lines.subList(3, lines.size()));
            System.out.println(lines.get(0).equals("open") ? open(lines.get(1), lines.get(2), key) : sign(lines.get(1), lines.get(2), key));
        } catch (GeneralSecurityException | RuntimeException error) {
            System.err.println("refused");
            System.exit(1);
        }
    }
}
