package dev.retort.bench.call;

import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.annotation.Platform;

/** The trivial functions as JavaCPP binds them: one JNI function for each. */
@Platform(include = "trivial.h", link = "trivial")
final class TrivialJni {
    private TrivialJni() {}

    static native int trivial_value(int x);

    static native int trivial_out(IntPointer out, int x);
}
