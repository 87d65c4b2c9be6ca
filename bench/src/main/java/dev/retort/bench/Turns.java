package dev.retort.bench;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.IterationType;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.List;

/**
 * Has JMH wait for its turn before each iteration that it measures, so that benchmarks of several
 * processes, also of other languages, run in short turns, and what disturbs the machine disturbs
 * all of them. A byte sent says that this process is ready, a byte received that it may go on.
 *
 * <p>{@code bench/peers/compare.py} gives the turns: {@code -prof dev.retort.bench.Turns:SOCKET}.
 */
public final class Turns implements InternalProfiler {
    private final UnixDomainSocketAddress address;
    private final ByteBuffer signal = ByteBuffer.allocate(1);

    /** Connected by the process that measures; JMH makes the profiler in the one that forks too. */
    private @Nullable SocketChannel channel;

    /**
     * Made by JMH.
     *
     * @param socket the path of the Unix domain socket on which the turns are given
     */
    public Turns(String socket) {
        address = UnixDomainSocketAddress.of(socket);
    }

    @Override
    public String getDescription() {
        return "Waits for its turn before each measured iteration";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        if (iteration.getType() == IterationType.WARMUP) {
            return;
        }
        try {
            await(connected());
        } catch (IOException e) {
            throw new UncheckedIOException("no turn was given on " + address, e);
        }
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        return List.of();
    }

    private SocketChannel connected() throws IOException {
        SocketChannel open = channel;
        if (open == null) {
            open = SocketChannel.open(StandardProtocolFamily.UNIX);
            open.connect(address);
            channel = open;
        }
        return open;
    }

    private void await(SocketChannel open) throws IOException {
        open.write(signal.clear());
        if (open.read(signal.clear()) < 0) {
            throw new EOFException("the turns ended early");
        }
    }
}
