package dev.retort.torch;

import dev.retort.torch.abi.Tensors;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

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

    /**
     * Calls an action with a handle of each array that is open. The handle is one of its own, since
     * another thread may close its array meanwhile.
     */
    static void forEach(LongConsumer action) {
        for (Leaf leaf : LEAVES) {
            TorchNDArray array = leaf.get();
            long handle = array == null ? 0 : array.shareIfOpen();
            if (handle != 0) {
                try {
                    action.accept(handle);
                } finally {
                    Tensors.delete(handle);
                }
            }
        }
    }
}
