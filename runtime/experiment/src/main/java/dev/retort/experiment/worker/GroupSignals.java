package dev.retort.experiment.worker;

import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/**
 * The signals by which a terminal, a batch system or a service manager ends all processes of a job:
 * they reach a scheduler and its child JVMs at the same moment.
 */
final class GroupSignals {
    private static final List<String> NAMES = List.of("INT", "HUP", "TERM");

    private GroupSignals() {}

    /** Has this process take no notice of them, where its JVM can; those that it starts do. */
    static void ignore() {
        try {
            // By reflection, as the compiler warns of each use, which no annotation allows.
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            // What is caught is back at its default in a process that is started, in contrast to
            // what is ignored.
            Object nothing =
                    MethodHandleProxies.asInterfaceInstance(
                            handler,
                            MethodHandles.empty(MethodType.methodType(void.class, signal)));
            for (String name : NAMES) {
                signal.getMethod("handle", signal, handler)
                        .invoke(
                                null,
                                signal.getConstructor(String.class).newInstance(name),
                                nothing);
            }
        } catch (ReflectiveOperationException _) {
            // Without the module jdk.unsupported, or with -Xrs: it ends as it did before.
        }
    }
}
