package dev.retort.device.gpu;

import dev.retort.cuda.DeviceLostException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The contexts whose memory one context can reach. */
final class PeerLinks {
    private final DeviceContext owner;

    // Read by every argument of a foreign buffer, written almost never.
    private final List<Link> links = new CopyOnWriteArrayList<>();

    PeerLinks(DeviceContext owner) {
        this.owner = owner;
    }

    /**
     * One direction.
     *
     * @param peer whose memory is reached
     * @param ours whether this object enabled it, and not another user of the process
     */
    private record Link(DeviceContext peer, boolean ours) {}

    synchronized void enable(DeviceContext peer) {
        if (!reaches(peer)) {
            long handle = peer.handle();
            boolean ours = owner.call(() -> owner.driver().peers().enable(handle));
            links.add(new Link(peer, ours));
        }
    }

    synchronized void disable(DeviceContext peer) {
        for (Link link : List.copyOf(links)) {
            if (link.peer() == peer && links.remove(link)) {
                takeBack(link);
            }
        }
    }

    boolean reaches(DeviceContext peer) {
        for (int i = 0; i < links.size(); i++) {
            if (links.get(i).peer() == peer) {
                return true;
            }
        }
        return false;
    }

    /** Takes back what is left, when the owner ends. */
    synchronized void close() {
        List<Link> left = new ArrayList<>(links);
        links.clear();
        left.forEach(this::takeBack);
    }

    private void takeBack(Link link) {
        if (link.ours()) {
            try {
                owner.runEvenIfLost(() -> owner.driver().peers().disable(link.peer().rawHandle()));
            } catch (DeviceLostException _) {
                // Nothing is left to take back; the context remembers the loss.
            }
        }
    }
}
