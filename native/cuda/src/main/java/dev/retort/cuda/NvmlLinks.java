package dev.retort.cuda;

import dev.retort.cuda.ffi.nvml.nvml_h;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The NVLinks of a device. The bytes they carry are fields: {@link
 * NvmlField#NVLINK_TRANSMITTED_KIB} and its neighbours. Threading and failures are those of {@link
 * Nvml}.
 */
public final class NvmlLinks {
    private final Nvml nvml;
    private final NvmlCalls calls;

    NvmlLinks(Nvml nvml, NvmlCalls calls) {
        this.nvml = nvml;
        this.calls = calls;
    }

    /** What can go wrong on a link: NVML's {@code nvmlNvLinkErrorCounter_t}. */
    public enum LinkError {
        /** Packets were sent again. */
        REPLAY(0),
        /** The link was brought up again. */
        RECOVERY(1),
        /** The checksum of a flow control unit was wrong. */
        FLIT_CRC(2),
        /** The checksum of data was wrong. */
        DATA_CRC(3),
        /** ECC found an error in data. */
        DATA_ECC(4);

        private final int code;

        LinkError(int code) {
            this.code = code;
        }
    }

    /**
     * The links that are up.
     *
     * @param device the device
     * @return their numbers, ascending; empty for a device without NVLink
     */
    public List<Integer> active(long device) {
        require();
        MemorySegment out = Scratch.segment();
        List<Integer> links = new ArrayList<>();
        for (int link = 0; link < nvml_h.NVML_NVLINK_MAX_LINKS(); link++) {
            int code = nvml_h.nvmlDeviceGetNvLinkState(MemorySegment.ofAddress(device), link, out);
            // A link that the device does not have is one or the other, by the driver's version.
            if (code == NvmlStatus.INVALID_ARGUMENT.code()
                    || code == NvmlStatus.NOT_SUPPORTED.code()) {
                continue;
            }
            NvmlErrors.check(code, "nvmlDeviceGetNvLinkState");
            if (out.get(ValueLayout.JAVA_INT, 0) == nvml_h.NVML_FEATURE_ENABLED()) {
                links.add(link);
            }
        }
        return List.copyOf(links);
    }

    /**
     * How often something went wrong on a link.
     *
     * @param device the device
     * @param link the link's number
     * @param error what
     * @return the count since the driver was loaded
     */
    public long errors(long device, int link, LinkError error) {
        require();
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetNvLinkErrorCounter(
                        MemorySegment.ofAddress(device), link, error.code, out),
                "nvmlDeviceGetNvLinkErrorCounter");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    private void require() {
        nvml.checkOpen();
        calls.require(NvmlFeature.NVLINK);
    }
}
