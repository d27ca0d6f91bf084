// A small JSON reader (RFC 8259) without a library: duplicate names are refused. Put Jackson or Gson in its place, with that setting on.
import java.util.*;
import java.util.regex.*;

final class Json {
    private static final Pattern TOKEN = Pattern.compile("\\s*(\"(?:[^\"\\\\\\x00-\\x1f]++|\\\\(?:[\"\\\\/bfnrt]|u[0-9a-fA-F]{4}))*+\"|-?(?:0|[1-9]\\d*)(?![\\d.eE])|true|false|null|[\\[\\]{},:])");
    private final Matcher found;
    private final int size;
    private int place;

    private Json(String text) { found = TOKEN.matcher(text); size = text.stripTrailing().length(); }

    static Map<String, Object> object(String text) {
        Json reader = new Json(text);
        Object value = reader.value(reader.next());
        if (reader.place != reader.size) throw new SecurityException("refused: not JSON");
        return object(value);
    }
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) {
        if (!(value instanceof Map)) throw new SecurityException("refused: not an object");
        return (Map<String, Object>) value;
    }
    private String next() {
        if (!found.region(place, found.regionEnd()).lookingAt()) throw new SecurityException("refused: not JSON");
        place = found.end();
        return found.group(1);
    }
    private Object value(String token) {
        if (token.equals("{")) return members();
        if (token.equals("[")) return items();
        if (token.startsWith("\"")) return text(token);
        if (token.matches("true|false")) return Boolean.valueOf(token);
        if (token.matches("-?\\d+")) return Long.parseLong(token);
        if (token.equals("null")) return null;
        throw new SecurityException("refused: not JSON");
    }
    private Map<String, Object> members() {
        Map<String, Object> out = new LinkedHashMap<>();
        for (String token = next(); !token.equals("}"); ) {
            String name = text(token);
            if (out.containsKey(name) || !next().equals(":")) throw new SecurityException("refused: a name stands twice");
            out.put(name, value(next()));
            token = next();
            if (token.equals(",")) token = next(); else if (!token.equals("}")) throw new SecurityException("refused: not JSON");
        }
        return out;
    }
    private List<Object> items() {
        List<Object> out = new ArrayList<>();
        for (String token = next(); !token.equals("]"); ) {
            out.add(value(token));
            token = next();
            if (token.equals(",")) token = next(); else if (!token.equals("]")) throw new SecurityException("refused: not JSON");
        }
        return out;
    }
    private static String text(String token) {
        if (!token.startsWith("\"")) throw new SecurityException("refused: not JSON");
        Matcher escape = Pattern.compile("\\\\(u....|.)").matcher(token.substring(1, token.length() - 1));
        return escape.replaceAll(each -> Matcher.quoteReplacement(switch (each.group(1).charAt(0)) {
            case 'u' -> String.valueOf((char) Integer.parseInt(each.group(1).substring(1), 16));
            case 'b' -> "\b"; case 'f' -> "\f"; case 'n' -> "\n"; case 'r' -> "\r"; case 't' -> "\t";
            default -> each.group(1);
        }));
    }
}
