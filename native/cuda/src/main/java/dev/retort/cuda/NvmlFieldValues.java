package dev.retort.cuda;

import dev.retort.cuda.ffi.nvml.nvmlFieldValue_st;
import dev.retort.cuda.ffi.nvml.nvmlValue_st;
import dev.retort.cuda.ffi.nvml.nvml_h;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * Many counters of one device by one call of the driver, again and again, without allocation.
 *
 * <p>NVML reports success of the whole when any field has a value, so each field has a status of
 * its own. Not thread-safe: one thread at a time reads, and the values are valid until its next
 * read. Owns a little memory, which the garbage collector frees.
 */
public final class NvmlFieldValues {
    private static final String FUNCTION = "nvmlDeviceGetFieldValues";

    /** No {@code nvmlReturn_t}: marks a field to which the driver did not get. */
    private static final int UNTOUCHED = -1;

    private final Nvml nvml;
    private final NvmlCalls calls;
    private final MemorySegment device;
    private final List<NvmlField> fields;
    private final MemorySegment array;
    private final MemorySegment[] values;
    private final MemorySegment[] unions;
    private NvmlStatus whole = NvmlStatus.NOT_READY;

    NvmlFieldValues(Nvml nvml, NvmlCalls calls, long device, List<NvmlField> fields) {
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("at least one field is needed, were 0");
        }
        this.nvml = nvml;
        this.calls = calls;
        this.device = MemorySegment.ofAddress(device);
        this.fields = List.copyOf(fields);
        this.array = nvmlFieldValue_st.allocateArray(fields.size(), Arena.ofAuto());
        this.values = new MemorySegment[fields.size()];
        this.unions = new MemorySegment[fields.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = nvmlFieldValue_st.asSlice(array, i);
            unions[i] = nvmlFieldValue_st.value(values[i]);
        }
    }

    /** {@return the fields, in the order of their indices} */
    public List<NvmlField> fields() {
        return fields;
    }

    /**
     * Reads all fields. Each then has its own {@link #status(int)}.
     *
     * @return how the call ended; {@link NvmlStatus#SUCCESS} says of no single field that it has a
     *     value
     * @throws IllegalStateException if NVML was closed
     */
    public NvmlStatus read() {
        nvml.checkOpen();
        if (!calls.has(NvmlFeature.FIELD_VALUES)) {
            whole = NvmlStatus.FUNCTION_NOT_FOUND;
            return whole;
        }
        for (int i = 0; i < values.length; i++) {
            NvmlField field = fields.get(i);
            nvmlFieldValue_st.fieldId(values[i], field.id());
            nvmlFieldValue_st.scopeId(values[i], field.scope());
            nvmlFieldValue_st.nvmlReturn(values[i], UNTOUCHED);
        }
        whole = NvmlStatus.of(nvml_h.nvmlDeviceGetFieldValues(device, values.length, array));
        return whole;
    }

    /**
     * How the latest read ended for one field.
     *
     * @param index the field's
     * @return the status; {@link NvmlStatus#UNKNOWN} also for a value of a type that is not known
     *     here
     */
    public NvmlStatus status(int index) {
        if (whole == NvmlStatus.FUNCTION_NOT_FOUND || whole == NvmlStatus.NOT_READY) {
            return whole;
        }
        int code = nvmlFieldValue_st.nvmlReturn(values[index]);
        if (code == UNTOUCHED) {
            return whole == NvmlStatus.SUCCESS ? NvmlStatus.UNKNOWN : whole;
        }
        return code == 0 && !knownType(index) ? NvmlStatus.UNKNOWN : NvmlStatus.of(code);
    }

    private boolean knownType(int index) {
        int type = nvmlFieldValue_st.valueType(values[index]);
        return type >= 0 && type <= nvml_h.NVML_VALUE_TYPE_UNSIGNED_SHORT();
    }

    /**
     * The value of a field whose status is {@link NvmlStatus#SUCCESS}.
     *
     * @param index the field's
     * @return the value; an unsigned one of 64 bits keeps its bits
     */
    public long value(int index) {
        MemorySegment value = unions[index];
        return switch (nvmlFieldValue_st.valueType(values[index])) {
            case 0 -> Math.round(nvmlValue_st.dVal(value));
            case 1 -> Integer.toUnsignedLong(nvmlValue_st.uiVal(value));
            // unsigned long has 8 bytes on Linux, the only system that this module binds.
            case 2 -> nvmlValue_st.ulVal(value);
            case 3 -> nvmlValue_st.ullVal(value);
            case 4 -> nvmlValue_st.sllVal(value);
            case 5 -> nvmlValue_st.siVal(value);
            case 6 -> Short.toUnsignedLong(nvmlValue_st.usVal(value));
            default ->
                    throw new IllegalStateException(
                            "field " + fields.get(index).id() + " has no value of a known type");
        };
    }

    /**
     * The width of a value, by which a counter that wraps around is told from one that restarts.
     *
     * @param index the field's, whose status is {@link NvmlStatus#SUCCESS}
     * @return 16, 32 or 64
     */
    public int bits(int index) {
        return switch (nvmlFieldValue_st.valueType(values[index])) {
            case 1, 5 -> Integer.SIZE;
            case 6 -> Short.SIZE;
            default -> Long.SIZE;
        };
    }

    /**
     * When the driver took a value.
     *
     * @param index the field's
     * @return microseconds since 1970, by the driver's clock
     */
    public long timestampMicros(int index) {
        return nvmlFieldValue_st.timestamp(values[index]);
    }

    /**
     * How long the driver needed for a value.
     *
     * @param index the field's
     * @return microseconds
     */
    public long latencyMicros(int index) {
        return nvmlFieldValue_st.latencyUsec(values[index]);
    }

    /**
     * Why a field has no value. Allocates.
     *
     * @param index the field's
     * @return one sentence, which names the field and the code
     */
    public String reason(int index) {
        NvmlField field = fields.get(Objects.checkIndex(index, values.length));
        return "field %d, scope %d: %s"
                .formatted(
                        field.id(),
                        field.scope(),
                        calls.reason(NvmlFeature.FIELD_VALUES, FUNCTION, status(index)));
    }
}
