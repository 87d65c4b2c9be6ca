package dev.retort.device.gpu;

import static dev.retort.device.gpu.Gpus.open;
import static dev.retort.device.gpu.Gpus.saxpyPtx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;

import dev.retort.cuda.CudaContexts;
import dev.retort.cuda.LaunchShape;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.management.ManagementFactory;

@ExtendWith(StandInExtension.class)
class HotPathTest {
    private static final int TURNS = 20_000;
    private static final int MOST_ROUNDS = 200;

    /** One step of a loop. */
    private record Step(
            Kernel saxpy,
            Stream stream,
            LaunchShape shape,
            KernelArguments arguments,
            DeviceBuffer x,
            DeviceBuffer y,
            PinnedBuffer host,
            Event event,
            ExecutableGraph graph) {
        void run(int turn) {
            x.copyFrom(host.segment(), stream);
            arguments.float32(0, turn).pointer(1, x);
            saxpy.launch(stream, shape, arguments);
            stream.record(event);
            event.finished();
            graph.launch(stream);
            y.copyTo(host.segment(), stream);
        }
    }

    @Test
    void aStepAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (DeviceContext context = open(0);
                Stream stream = context.createStream();
                KernelModule module = context.load(saxpyPtx());
                DeviceBuffer x = context.allocate(16);
                DeviceBuffer y = context.allocate(16);
                PinnedBuffer host = context.allocatePinned(16);
                Event event = context.createUntimedEvent();
                Graph graph = stream.capture(() -> x.fill((byte) 0, stream));
                ExecutableGraph replay = graph.instantiate();
                DeviceContext.Scope _ = context.enter()) {
            Kernel saxpy = module.kernel("saxpy");
            KernelArguments arguments =
                    saxpy.arguments().float32(0, 1).pointer(1, x).pointer(2, y).int32(3, 4);
            Step step =
                    new Step(
                            saxpy,
                            stream,
                            LaunchShape.linear(1, 32),
                            arguments,
                            x,
                            y,
                            host,
                            event,
                            replay);
            // The compiler, which runs beside on a busy machine, ends with code that makes no
            // object.
            long perStep = Long.MAX_VALUE;
            for (int round = 0; round < MOST_ROUNDS && perStep > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int turn = 0; turn < TURNS; turn++) {
                    step.run(turn);
                }
                perStep = (threads.getCurrentThreadAllocatedBytes() - before) / TURNS;
            }
            assertEquals(0, perStep, "bytes of a step, once it is compiled");
        }
    }

    @Test
    void aThreadKeepsTheContextThatItHad() {
        try (DeviceContext context = open(0);
                DeviceContext other = open(1)) {
            CudaContexts contexts = context.driver().contexts();
            assertEquals(0, contexts.current());
            DeviceContext.Scope scope = other.enter();
            assertEquals(other.handle(), contexts.current());
            context.allocate(16).close();
            assertEquals(other.handle(), contexts.current());
            scope.close();
            scope.close();
            assertEquals(0, contexts.current());
        }
    }
}
