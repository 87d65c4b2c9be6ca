package dev.retort.torch;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The arrays that have been told to have a gradient, so that all gradients can be set to zero. They
 * are held weakly and by identity: an array's own equality compares its content.
 */
final class GradientLeaves {
    private static final Set<Leaf> LEAVES = ConcurrentHashMap.newKeySet();
    private static final ReferenceQueue<TorchNDArray> GONE = new ReferenceQueue<>();

    private GradientLeaves() {}

    /** One array. */
    static final class Leaf extends WeakReference<TorchNDArray> {
        private Leaf(TorchNDArray array) {
            super(array, GONE);
        }
    }

    static Leaf add(TorchNDArray array) {
        for (Object gone = GONE.poll(); gone != null; gone = GONE.poll()) {
            LEAVES.remove(gone);
        }
        Leaf leaf = new Leaf(array);
        LEAVES.add(leaf);
        return leaf;
    }

    static void remove(Leaf leaf) {
        LEAVES.remove(leaf);
    }

    static void forEach(Consumer<TorchNDArray> action) {
        for (Leaf leaf : LEAVES) {
            TorchNDArray array = leaf.get();
            if (array != null && !array.isReleased()) {
                action.accept(array);
            }
        }
    }
}
