import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Writes typed wrappers of ATen operators: {@code GenerateAten.java LISTS OUTPUT}.
 *
 * <p>LISTS is the folder with the schema dump and the lists {@code NAME.txt} of wanted operators,
 * one a line: {@code mul.Tensor} or, with a name of its own, {@code mul.Tensor mul}. Each list
 * becomes one class {@code AtenName} in OUTPUT. The C ABI checks neither the number nor the types
 * of arguments, and a wrong one crashes the JVM: that is why no signature is typed by hand.
 */
class GenerateAten {
    private static final Pattern SCHEMA =
            Pattern.compile("aten::([^.(]+)(?:\\.([^(]+))?\\((.*)\\) -> (.*)");
    private static final Pattern ALIAS =
            Pattern.compile("\\([a-z](?:!)?(?: -> \\*)?(?:\\|[a-z])?\\)");

    record Argument(String type, String name, boolean written) {}

    record Schema(
            String line,
            String name,
            String overload,
            List<Argument> arguments,
            List<String> returns) {}

    public static void main(String[] args) throws IOException {
        Path lists = Path.of(args[0]);
        Path output = Path.of(args[1]);
        Map<String, Schema> schemas = schemas(lists.resolve("aten-schemas-2.13.txt.gz"));
        Files.createDirectories(output);
        try (Stream<Path> files = Files.list(lists)) {
            for (Path list :
                    files.filter(file -> file.toString().endsWith(".txt")).sorted().toList()) {
                String stem = list.getFileName().toString().replace(".txt", "");
                String className = "Aten" + stem.substring(0, 1).toUpperCase() + stem.substring(1);
                Files.writeString(
                        output.resolve(className + ".java"), source(className, list, schemas));
            }
        }
    }

    private static Map<String, Schema> schemas(Path dump) throws IOException {
        Map<String, Schema> schemas = new HashMap<>();
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(dump)),
                                StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Matcher matcher = SCHEMA.matcher(line);
                if (matcher.matches()) {
                    String overload = matcher.group(2) == null ? "" : matcher.group(2);
                    String key = matcher.group(1) + (overload.isEmpty() ? "" : "." + overload);
                    schemas.put(
                            key,
                            new Schema(
                                    line,
                                    matcher.group(1),
                                    overload,
                                    arguments(matcher.group(3)),
                                    returns(matcher.group(4))));
                }
            }
        }
        return schemas;
    }

    private static List<Argument> arguments(String text) {
        List<Argument> arguments = new ArrayList<>();
        for (String part : splitOutside(text)) {
            if (part.equals("*")) {
                continue;
            }
            boolean written = part.contains("!)");
            String plain = ALIAS.matcher(part).replaceAll("").replaceFirst("=.*", "");
            int space = plain.lastIndexOf(' ');
            arguments.add(
                    new Argument(plain.substring(0, space), plain.substring(space + 1), written));
        }
        return arguments;
    }

    private static List<String> returns(String text) {
        if (text.equals("()")) {
            return List.of();
        }
        boolean several = text.startsWith("(");
        List<String> returns = new ArrayList<>();
        for (String part : splitOutside(several ? text.substring(1, text.length() - 1) : text)) {
            returns.add(
                    part.strip().replaceFirst("^(\\S+(?: -> \\*\\)\\S*)?) [a-zA-Z_0-9]+$", "$1"));
        }
        return returns;
    }

    /** Splits at commas that are in no bracket and no string. */
    private static List<String> splitOutside(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\'') {
                quoted = !quoted;
            } else if (!quoted && (c == '(' || c == '[')) {
                depth++;
            } else if (!quoted && (c == ')' || c == ']')) {
                depth--;
            } else if (!quoted && depth == 0 && c == ',') {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        if (start < text.length()) {
            parts.add(text.substring(start).strip());
        }
        return parts;
    }

    private static String source(String className, Path list, Map<String, Schema> schemas)
            throws IOException {
        StringBuilder constants = new StringBuilder();
        StringBuilder methods = new StringBuilder();
        Set<String> constantNames = new HashSet<>();
        Set<String> signatures = new HashSet<>();
        for (String line : Files.readAllLines(list)) {
            String wanted = line.replaceFirst("#.*", "").strip();
            if (wanted.isEmpty()) {
                continue;
            }
            String[] words = wanted.split("\\s+");
            Schema schema = schemas.get(words[0]);
            if (schema == null) {
                throw new IllegalArgumentException(list + ": no schema of " + words[0]);
            }
            String name = words.length > 1 ? words[1] : javaName(schema.name());
            String constant = words[0].replace('.', '_').toUpperCase() + "_OP";
            if (constantNames.add(constant)) {
                constants.append(constant(constant, schema));
            }
            String method = method(name, constant, schema);
            String signature = method.substring(method.indexOf("public"), method.indexOf(") {"));
            if (!signatures.add(signature.replaceAll(" [a-zA-Z0-9_]+(,|$)", "$1"))) {
                throw new IllegalArgumentException(
                        list + ": " + words[0] + " needs a name of its own");
            }
            methods.append(method);
        }
        return """
                package dev.retort.torch.ffi;

                import dev.retort.torch.abi.CallStack;
                import dev.retort.torch.abi.Op;
                import dev.retort.torch.abi.Tensors;
                import dev.retort.torch.abi.Values;

                /**
                 * Operators of ATen, generated from their schemas by GenerateAten.java and %s; not edited by hand.
                 *
                 * <p>Tensors are handles. Those that are passed stay the caller's; those that are returned are owned by the
                 * caller, who frees each once. A handle of 0 stands for an absent optional tensor, null for another absent
                 * optional value, a negative number for an absent data type, layout or memory format, and {@link
                 * Values#NO_DEVICE} for an absent device. Errors of libtorch are {@link ai.djl.engine.EngineException}s.
                 */
                @SuppressWarnings("unused")
                public final class %s {
                """
                        .formatted(list.getFileName(), className)
                + constants
                + "\n    private "
                + className
                + "() {}\n"
                + methods
                + "}\n";
    }

    private static String javaName(String name) {
        String suffix = name.endsWith("_") ? "InPlace" : "";
        StringBuilder java = new StringBuilder();
        for (String word : name.split("_")) {
            if (!word.isEmpty()) {
                java.append(
                        java.isEmpty()
                                ? word
                                : word.substring(0, 1).toUpperCase() + word.substring(1));
            }
        }
        return java + suffix;
    }

    private static String constant(String constant, Schema schema) {
        String symbol = directSymbol(schema);
        return "    private static final Op %s = Op.%s(\"aten::%s\", \"%s\"%s);%n"
                .formatted(
                        constant,
                        symbol == null ? "of" : "direct",
                        schema.name(),
                        schema.overload(),
                        symbol == null ? "" : ",\n            \"" + symbol + "\"");
    }

    /**
     * The C++ entry point of an operator that takes one or two tensors and returns one; else null.
     */
    private static String directSymbol(Schema schema) {
        List<Argument> arguments = schema.arguments();
        boolean tensors = arguments.stream().allMatch(argument -> argument.type().equals("Tensor"));
        if (!tensors
                || arguments.isEmpty()
                || arguments.size() > 2
                || schema.returns().size() != 1) {
            return null;
        }
        boolean second = arguments.size() == 2;
        if (!schema.returns().get(0).matches("Tensor(\\([a-z]!?\\))?")
                || second && arguments.get(1).written()) {
            return null;
        }
        String struct =
                schema.name() + (schema.overload().isEmpty() ? "" : "_" + schema.overload());
        String parameters =
                arguments.get(0).written()
                        ? "ERNS_6TensorE" + (second ? "RKS2_" : "")
                        : "ERKNS_6TensorE" + (second ? "S4_" : "");
        return "_ZN2at4_ops" + struct.length() + struct + "4call" + parameters;
    }

    private static String method(String name, String constant, Schema schema) {
        List<String> parameters = new ArrayList<>();
        List<String> puts = new ArrayList<>();
        for (int slot = 0; slot < schema.arguments().size(); slot++) {
            Argument argument = schema.arguments().get(slot);
            String parameter = parameterName(argument.name());
            String type = javaType(argument.type());
            if (type == null) {
                if (!argument.type().equals("Scalar?")) {
                    throw new IllegalArgumentException(
                            "aten::" + schema.name() + ": no encoding of " + argument.type());
                }
                puts.add("stack.put(" + slot + ", Values.NONE);");
                continue;
            }
            parameters.add(type + " " + parameter);
            puts.add(put(slot, argument.type(), parameter));
        }
        boolean inPlace = schema.arguments().stream().anyMatch(Argument::written);
        String head =
                "%n    /** {@code %s} */%n    public static %s %s(%s) {%n"
                        .formatted(
                                schema.line().replace("*/", "* /"),
                                inPlace ? "void" : javaReturn(schema),
                                name,
                                String.join(", ", parameters));
        StringBuilder body = new StringBuilder(head);
        // Lists and other values are made before the first slot is written: making them calls
        // libtorch.
        body.append("        CallStack stack = CallStack.enter();\n");
        if (directSymbol(schema) != null) {
            String handles =
                    String.join(
                            ", ",
                            schema.arguments().stream().map(a -> parameterName(a.name())).toList());
            body.append("        if (").append(constant).append(".direct() != 0) {\n");
            body.append(
                    inPlace
                            ? "            stack.callInPlace(%s, %s);%n            return;%n"
                                    .formatted(constant, handles)
                            : "            return stack.callDirect(%s, %s);%n"
                                    .formatted(constant, handles));
            body.append("        }\n");
        }
        puts.forEach(put -> body.append("        ").append(put).append('\n'));
        body.append("        stack.call(").append(constant).append(");\n");
        body.append(inPlace ? inPlaceResults(schema) : results(schema));
        return body.append("    }\n").toString();
    }

    private static String inPlaceResults(Schema schema) {
        StringBuilder frees = new StringBuilder();
        for (int i = 0; i < schema.returns().size(); i++) {
            String type = ALIAS.matcher(schema.returns().get(i)).replaceAll("");
            switch (type) {
                case "Tensor" ->
                        frees.append("        Tensors.delete(stack.get(").append(i).append("));\n");
                default ->
                        throw new IllegalArgumentException(
                                "in-place result " + type + " in " + schema.line());
            }
        }
        return frees.toString();
    }

    private static String results(Schema schema) {
        List<String> returns = schema.returns();
        if (returns.isEmpty()) {
            return "";
        }
        if (returns.size() > 1) {
            List<String> words = new ArrayList<>();
            for (int i = 0; i < returns.size(); i++) {
                words.add("stack.get(" + i + ")");
            }
            return "        return new long[] {" + String.join(", ", words) + "};\n";
        }
        return switch (ALIAS.matcher(returns.get(0)).replaceAll("")) {
            case "Tensor", "int", "SymInt" -> "        return stack.get(0);\n";
            case "bool" -> "        return stack.get(0) != 0;\n";
            case "float" -> "        return Double.longBitsToDouble(stack.get(0));\n";
            case "ScalarType" -> "        return (int) stack.get(0);\n";
            case "Tensor[]" -> "        return Values.takeTensors(stack.get(0));\n";
            default -> throw new IllegalArgumentException("result of " + schema.line());
        };
    }

    private static String javaReturn(Schema schema) {
        List<String> returns = schema.returns();
        if (returns.isEmpty()) {
            return "void";
        }
        if (returns.size() > 1) {
            if (!returns.stream()
                    .allMatch(type -> ALIAS.matcher(type).replaceAll("").equals("Tensor"))) {
                throw new IllegalArgumentException("results of " + schema.line());
            }
            return "long[]";
        }
        return switch (ALIAS.matcher(returns.get(0)).replaceAll("")) {
            case "bool" -> "boolean";
            case "float" -> "double";
            case "ScalarType" -> "int";
            case "Tensor[]" -> "long[]";
            default -> "long";
        };
    }

    private static String javaType(String schemaType) {
        String type = schemaType.replaceAll("\\[\\d+\\]", "[]").replace("SymInt", "int");
        return switch (type) {
            case "Tensor", "Tensor?", "int", "Device", "Device?", "Generator?" -> "long";
            case "Tensor[]", "Tensor?[]", "int[]", "int[]?" -> "long[]";
            case "float[]", "float[]?" -> "double[]";
            case "bool[]" -> "boolean[]";
            case "float" -> "double";
            case "bool" -> "boolean";
            case "int?" -> "Long";
            case "float?" -> "Double";
            case "bool?" -> "Boolean";
            case "str", "str?" -> "String";
            case "ScalarType",
                    "ScalarType?",
                    "Layout",
                    "Layout?",
                    "MemoryFormat",
                    "MemoryFormat?" ->
                    "int";
            default -> null;
        };
    }

    private static String put(int slot, String schemaType, String name) {
        String type = schemaType.replaceAll("\\[\\d+\\]", "[]").replace("SymInt", "int");
        return switch (type) {
            case "Tensor" -> "stack.tensor(%d, %s);".formatted(slot, name);
            case "Tensor?" -> "stack.optionalTensor(%d, %s);".formatted(slot, name);
            case "int", "Device", "ScalarType", "Layout", "MemoryFormat" ->
                    "stack.put(%d, %s);".formatted(slot, name);
            case "float", "bool" -> "stack.put(%d, Values.of(%s));".formatted(slot, name);
            case "int?", "float?", "bool?", "str?" ->
                    "stack.put(%d, Values.optional(%s));".formatted(slot, name);
            case "Generator?" ->
                    "stack.put(%d, %s == 0 ? Values.NONE : Values.some(%s));"
                            .formatted(slot, name, name);
            case "Device?" -> "stack.put(%d, Values.optionalDevice(%s));".formatted(slot, name);
            case "ScalarType?", "Layout?", "MemoryFormat?" ->
                    "stack.put(%d, Values.optionalEnum(%s));".formatted(slot, name);
            case "str" -> "stack.put(%d, Values.string(%s));".formatted(slot, name);
            case "int[]", "float[]", "bool[]" ->
                    "stack.put(%d, Values.list(%s));".formatted(slot, name);
            case "int[]?", "float[]?" ->
                    "stack.put(%d, %s == null ? Values.NONE : Values.some(Values.list(%s)));"
                            .formatted(slot, name, name);
            case "Tensor[]" -> "stack.put(%d, Values.tensors(%s));".formatted(slot, name);
            case "Tensor?[]" -> "stack.put(%d, Values.optionalTensors(%s));".formatted(slot, name);
            default -> throw new IllegalArgumentException("no encoding of " + type);
        };
    }

    private static String parameterName(String name) {
        String java = javaName(name);
        return switch (java) {
            case "self", "stack" -> java.equals("stack") ? "stack1" : java;
            case "default", "return", "double", "float", "int", "long", "new", "this" -> java + "1";
            default -> java;
        };
    }
}
