package dev.retort.torch;

import dev.retort.torch.abi.Tensors;

import java.util.Arrays;

/**
 * The handles of a manager's arrays, by slot. It knows neither the manager nor the arrays, so that
 * it can free them once both have become unreachable.
 *
 * <p>Safe for use by several threads.
 */
final class HandleTable implements Runnable {
    private long[] handles = new long[16];
    private int[] free = new int[16];
    private int freeCount;
    private int used;

    /** Takes a handle in and returns its slot. */
    synchronized int add(long handle) {
        int slot;
        if (freeCount > 0) {
            slot = free[--freeCount];
        } else {
            if (used == handles.length) {
                handles = Arrays.copyOf(handles, 2 * used);
            }
            slot = used++;
        }
        handles[slot] = handle;
        return slot;
    }

    /** Lets all handles go, without freeing them; none is added afterwards. */
    synchronized void forget() {
        used = 0;
        freeCount = 0;
    }

    /** Lets the handle in a slot go, without freeing it. */
    synchronized void remove(int slot) {
        if (slot >= used) {
            return;
        }
        handles[slot] = 0;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = slot;
    }

    synchronized void set(int slot, long handle) {
        handles[slot] = handle;
    }

    synchronized int size() {
        return used - freeCount;
    }

    /** Frees what is left, when nobody can use it any more. */
    @Override
    public synchronized void run() {
        for (int slot = 0; slot < used; slot++) {
            if (handles[slot] != 0) {
                Tensors.delete(handles[slot]);
                LiveHandles.freed();
            }
        }
        used = 0;
        freeCount = 0;
        handles = new long[0];
    }
}
