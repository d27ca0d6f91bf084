// javac -d out *.java && java -cp out Main open|receipt ENVELOPE KEYS ISSUER-KEYS ISSUER ME [JTI STATE]   (see README.md)
import java.nio.file.*;
import java.util.*;

final class Main {
    static Map<String, Object> read(String path) throws Exception { return Json.object(Files.readString(Path.of(path))); }
    static List<Map<String, Object>> keys(String path) throws Exception {
        return ((List<?>) read(path).get("keys")).stream().map(Json::object).toList();
    }
    static Map<String, Object> of(String use, String path) throws Exception {
        return keys(path).stream().filter(key -> use.equals(key.get("use"))).findFirst().orElseThrow();
    }
    public static void main(String[] args) throws Exception {
        String message = (String) read(args[1]).get("message");
        long now = System.currentTimeMillis() / 1000;
        try {
            if (args[0].equals("receipt")) System.out.println(Disclosure.receipt(message, of("sig", args[2]), args[5], args[4], args[6], args[7], now));
            else System.out.println(Disclosure.open(message, of("enc", args[2]), keys(args[3]), args[4], args[5], now));
        } catch (java.security.GeneralSecurityException | RuntimeException error) {
            System.err.println(error.getMessage());
            System.exit(1);
        }
    }
}
