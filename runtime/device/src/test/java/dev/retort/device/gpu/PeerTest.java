package dev.retort.device.gpu;

import static dev.retort.device.gpu.Gpus.buffer;
import static dev.retort.device.gpu.Gpus.devices;
import static dev.retort.device.gpu.Gpus.floats;
import static dev.retort.device.gpu.Gpus.open;
import static dev.retort.device.gpu.Gpus.saxpyPtx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.CudaException;
import dev.retort.cuda.LaunchShape;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandIn.Counter;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StandInExtension.class)
class PeerTest {
    @Test
    void aKernelReachesTheOtherDeviceOnceItMay(StandIn standIn) {
        try (DeviceContext here = open(0);
                DeviceContext there = open(1);
                Stream stream = here.createStream();
                KernelModule module = here.load(saxpyPtx());
                DeviceBuffer x = buffer(there, 1, 2);
                DeviceBuffer y = buffer(here, 10, 20)) {
            Kernel saxpy = module.kernel("saxpy");
            KernelArguments arguments = saxpy.arguments();
            IllegalStateException refusal =
                    assertThrows(IllegalStateException.class, () -> arguments.pointer(1, x));
            assertTrue(
                    String.valueOf(refusal.getMessage())
                            .startsWith("argument 1 of kernel saxpy lies in the context of device"),
                    refusal::getMessage);
            assertTrue(here.device().canAccess(there.device()));
            assertFalse(here.device().canAccess(here.device()));
            here.enablePeerAccess(there);
            here.enablePeerAccess(there);
            assertEquals(1, standIn.count(Counter.PEER_LINKS));
            arguments.float32(0, 3).pointer(1, x).pointer(2, y).int32(3, 2);
            saxpy.launch(stream, LaunchShape.linear(1, 32), arguments);
            stream.synchronize();
            assertArrayEquals(new float[] {13, 26}, floats(y));
            here.disablePeerAccess(there);
            assertThrows(IllegalStateException.class, () -> arguments.pointer(1, x));
            here.enablePeerAccess(there);
        }
        assertEquals(0, standIn.count(Counter.PEER_LINKS), "taken back with the context");
    }

    @Test
    void copiesBetweenDevicesNeedNoAccess() {
        try (DeviceContext here = open(0);
                DeviceContext there = open(1);
                Stream stream = here.createStream();
                DeviceBuffer source = buffer(there, 1, 2);
                DeviceBuffer target = buffer(here, 0, 0)) {
            target.copyFrom(source, stream);
            stream.synchronize();
            assertArrayEquals(new float[] {1, 2}, floats(target));
        }
    }

    @Test
    void devicesWithoutALinkSaySo(StandIn standIn) {
        standIn.setDevices(3);
        Devices devices = devices();
        assertFalse(devices.all().get(0).canAccess(devices.all().get(2)));
        try (DeviceContext here = devices.all().get(0).open();
                DeviceContext far = devices.all().get(2).open();
                MemoryPool pool = here.createPool()) {
            assertEquals(
                    "CUDA_ERROR_PEER_ACCESS_UNSUPPORTED",
                    assertThrows(CudaException.class, () -> here.enablePeerAccess(far)).name());
            pool.allowAccess(devices.all().get(1));
            assertThrows(CudaException.class, () -> pool.allowAccess(devices.all().get(2)));
        }
    }

    @Test
    void anAccessThatAnotherUserEnabledIsLeftToIt(StandIn standIn) {
        try (DeviceContext first = open(0);
                DeviceContext peer = open(1)) {
            first.enablePeerAccess(peer);
            try (DeviceContext second = open(0)) {
                second.enablePeerAccess(peer);
            }
            assertEquals(1, standIn.count(Counter.PEER_LINKS));
        }
    }
}
