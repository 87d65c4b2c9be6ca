package dev.retort.torch;

/** The open handles, once the collector has freed what earlier tests dropped without closing. */
final class SettledHandles {
    private SettledHandles() {}

    static long count() {
        long count = LiveHandles.count();
        for (int unchanged = 0; unchanged < 5; ) {
            System.gc();
            pause();
            long now = LiveHandles.count();
            unchanged = now == count ? unchanged + 1 : 0;
            count = now;
        }
        return count;
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
