package dev.retort.torch.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.util.stream.Collectors.toCollection;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.training.GradientCollector;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Every method of DJL's array interfaces is called by a case: read from the byte code of the
 * catalogue, so that a method DJL adds, or a case that is deleted, shows.
 */
class CoverageTest {
    private static final List<Class<?>> INTERFACES =
            List.of(NDArray.class, NDArrayEx.class, NDManager.class, GradientCollector.class);

    /** Not called, with the reason. */
    private static final Set<String> EXCUSED =
            Set.of(
                    // Return the manager's resources to their owners; called by close() and ret().
                    "NDManager.attachInternal(String,AutoCloseable[])void",
                    "NDManager.attachUncappedInternal(String,AutoCloseable)void",
                    "NDManager.tempAttachInternal(NDManager,String,NDResource)void",
                    "NDManager.detachInternal(String)void");

    @Test
    void everyMethodOfTheArrayInterfacesIsCalled() throws IOException, URISyntaxException {
        Set<String> missing = declared();
        missing.removeAll(called());
        assertEquals(new TreeSet<>(EXCUSED), missing);
    }

    private static Set<String> declared() {
        return INTERFACES.stream()
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !method.isSynthetic())
                .map(CoverageTest::signature)
                .collect(toCollection(TreeSet::new));
    }

    private static String signature(Method method) {
        return signature(
                method.getDeclaringClass().getSimpleName(),
                method.getName(),
                MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                        .descriptorString());
    }

    private static String signature(String owner, String name, String descriptor) {
        return owner + "." + name + MethodTypeDesc.ofDescriptor(descriptor).displayDescriptor();
    }

    private static Set<String> called() throws IOException, URISyntaxException {
        Path folder =
                Path.of(
                                CoverageTest.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                        .resolve(CoverageTest.class.getPackageName().replace('.', '/'));
        Set<String> called = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                try (InputStream in = Files.newInputStream(file)) {
                    for (PoolEntry entry : ClassFile.of().parse(in.readAllBytes()).constantPool()) {
                        if (entry instanceof MemberRefEntry member && isMethod(member)) {
                            called.add(
                                    signature(
                                            simpleName(member.owner().asInternalName()),
                                            member.name().stringValue(),
                                            member.type().stringValue()));
                        }
                    }
                }
            }
        }
        return called;
    }

    private static boolean isMethod(MemberRefEntry member) {
        return member.type().stringValue().startsWith("(");
    }

    private static String simpleName(String internalName) {
        return internalName.substring(internalName.lastIndexOf('/') + 1);
    }
}
