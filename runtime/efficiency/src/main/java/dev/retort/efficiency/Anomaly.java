package dev.retort.efficiency;

/**
 * A use of {@link RunMeter} that breaks its rules, or a trouble of its own. Anomalies are counted
 * and reported with the account, never thrown: a meter must not end the training that it measures.
 */
public enum Anomaly {
    /**
     * {@link RunMeter#end} named a region that is not the innermost. If that region is open, it was
     * ended together with all regions inside it; if it is not, the call was ignored.
     */
    UNBALANCED_END,

    /**
     * {@link RunMeter#begin} was called with 16 regions open already. The time of the new region
     * went to the innermost of those, and the ends that followed were taken for its own, whichever
     * region they named, until it was balanced.
     */
    STACK_OVERFLOW,

    /** A step was begun while one was open. The open one was not counted. */
    STEP_NOT_ENDED,

    /** A step was ended that had not been begun, or had ended before. The call was ignored. */
    STEP_NOT_BEGUN,

    /** A negative number of items, tokens or operations was told, and taken for none. */
    NEGATIVE_WORK,

    /** The clock showed less than before. The difference was taken for zero. */
    CLOCK_WENT_BACK,

    /**
     * A region was begun or ended by a thread while another one had regions open. The call was
     * ignored: what several threads do at once is not one time line.
     */
    WRONG_THREAD,

    /** A hook was called after the run had ended, and ignored. */
    AFTER_FINISH,

    /** A region was still open when the run ended. It was ended there. */
    OPEN_AT_FINISH,

    /** A hook was called with {@code null} for a region, and ignored. */
    NULL_REGION,

    /** A checkpoint was committed after a later one, or one of another run. It was ignored. */
    STALE_COMMIT,

    /**
     * A resumed run went back to a step at which no checkpoint had been announced or committed,
     * such as where its journal was lost, cut short or could not be read. What lies after the last
     * commit before that step counts as lost, and what the journal does not tell is missing.
     */
    UNKNOWN_COMMIT,

    /**
     * An interval was attributed to a bucket so late that the history of the regions no longer
     * covered it. The time stayed where it was.
     */
    ATTRIBUTED_TOO_LATE,

    /** The journal could not be opened or written. The run is measured in memory. */
    JOURNAL_FAILED,

    /** A run of the same name has its journal open. This one is measured in memory. */
    NAME_IN_USE,

    /** A line of the journal had a wrong checksum and was passed over. */
    JOURNAL_LINE_UNREADABLE,

    /**
     * A region was not timed on a device, once per stream and region. {@link DeviceTime#untimed}
     * tells why.
     */
    DEVICE_NOT_TIMED,

    /** The JVM's own events could not be followed, so its pauses stay where they happened. */
    JVM_NOT_WATCHED,

    /**
     * A part of the meter failed in what it does once a second or at the end of a run. All other
     * parts did theirs; what this one tells may be missing or old.
     */
    METER_FAILED,

    /** A destination of figures, such as a file or a port, could not be opened or written. */
    EXPORT_FAILED,

    /**
     * The figures of an interval did not reach a destination by themselves, because it was too
     * slow: the next ones that it got covered their time. Once per interval and destination.
     */
    EXPORT_DROPPED,

    /**
     * The run could not be published to those who look at the machine. It is measured all the same.
     */
    STATUS_NOT_PUBLISHED
}
