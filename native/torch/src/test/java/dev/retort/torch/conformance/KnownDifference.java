package dev.retort.torch.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A difference to DJL's PyTorch engine that is intended. The test fails if a line is not needed.
 *
 * @param cases matches the whole names of the cases
 * @param kind in what way they differ
 * @param reason why that is right
 */
record KnownDifference(Pattern cases, Kind kind, String reason) {

    /** In what way two outcomes differ. */
    enum Kind {
        /** DJL's engine says that it cannot; this one can. */
        ADDED,
        /** DJL's engine ends the process; this one throws. */
        SAFER,
        /** Both return, with other values. */
        VALUE,
        /** Both throw, other classes; or one throws and the other returns. */
        EXCEPTION;

        static Kind of(Outcome expected, Outcome actual) {
            if (expected instanceof Outcome.Failure(String type, _)
                    && actual instanceof Outcome.Values
                    && type.equals(UnsupportedOperationException.class.getName())) {
                return ADDED;
            }
            if (expected instanceof Outcome.Crash && actual instanceof Outcome.Failure) {
                return SAFER;
            }
            if (expected instanceof Outcome.Values && actual instanceof Outcome.Values) {
                return VALUE;
            }
            return EXCEPTION;
        }
    }

    private static KnownDifference of(Kind kind, String cases, String reason) {
        return new KnownDifference(Pattern.compile(cases), kind, reason);
    }

    boolean covers(Case of, Kind found) {
        return kind == found && cases.matcher(of.name()).matches();
    }

    static List<KnownDifference> all() {
        List<KnownDifference> all = new ArrayList<>();
        added(all);
        corrected(all);
        exceptions(all);
        return all;
    }

    /** What DJL's PyTorch engine refuses. The values are checked by AddedOperationsTest. */
    private static void added(List<KnownDifference> all) {
        String refused = "DJL's PyTorch engine does not implement it";
        all.add(of(Kind.ADDED, "arithmetic/(rdivi|rmodi|rpowi)/.*", refused));
        all.add(of(Kind.ADDED, "elementwise/(asinh|acosh|atanh)/.*", refused));
        all.add(of(Kind.ADDED, "reduction/trace/.*", refused));
        all.add(
                of(
                        Kind.ADDED,
                        "reduction/(max|min|mean|prod)/axes .*",
                        "DJL's takes one axis only"));
        all.add(of(Kind.ADDED, "shape/tile/.*", refused));
        all.add(of(Kind.ADDED, "algebra/batchDot/.*", refused));
        all.add(of(Kind.ADDED, "gather/(sequenceMask|oneHot)/.*", refused));
        all.add(of(Kind.ADDED, "activation/prelu/.*", refused));
        all.add(of(Kind.ADDED, "neural/(deconvolution)/.*", refused));
        all.add(of(Kind.ADDED, "neural/(globalLpPool|lpPool)/.*", "DJL's has no 3-D lpPool"));
        all.add(of(Kind.ADDED, "optimizer/(nag|adagrad|adadelta|rmsprop)(Update)?/.*", refused));
        all.add(of(Kind.ADDED, "creation/(eye|linspace)/.*", refused));
        all.add(of(Kind.ADDED, "random/(multinomial|sample.*)/.*", refused));
        all.add(of(Kind.ADDED, "image/(multiBoxTarget|random.*)/.*", refused));
    }

    private static void corrected(List<KnownDifference> all) {
        all.add(of(Kind.VALUE, "conversion/toType/names", "DJL's names the copy after itself"));
        all.add(
                of(
                        Kind.VALUE,
                        "conversion/copyTo/a view",
                        "DJL's swaps the memory of the view for a new one, so its base stays"));
        all.add(
                of(
                        Kind.VALUE,
                        "arithmetic/[a-z]+/u?int8 with u?int8/.*",
                        "the result is of type int16, of which DJL's engine knows no name"));
        all.add(
                of(
                        Kind.VALUE,
                        "reduction/median(-last-axis)?/FLOAT32/BROADCAST",
                        "libtorch reads past the memory of a stretched axis; here it is copied"));
        all.add(
                of(
                        Kind.VALUE,
                        "algebra/(ifft/length .*|conj/bytes of complex)",
                        "DJL's reads the memory of a tensor whose conjugation is only noted"));
        all.add(
                of(
                        Kind.VALUE,
                        "gradient/collector/zeroGradients of infinities",
                        "DJL's subtracts gradients from themselves, and infinity stays NaN"));
        all.add(of(Kind.VALUE, "neural/avgPool/.* counted false", "DJL's ignores the flag"));
        all.add(of(Kind.VALUE, "image/interpolation/.* corners true", "DJL's ignores the flag"));
        all.add(of(Kind.VALUE, "image/multiBoxPrior/clip true", "DJL's ignores the flag"));
        all.add(
                of(
                        Kind.VALUE,
                        "gradient/collector/before backward",
                        "DJL's is float32 whatever the array is"));
        all.add(
                of(
                        Kind.VALUE,
                        "gradient/state/through a cast",
                        "DJL's casts are not recorded, so the gradient is cut"));
        all.add(
                of(
                        Kind.VALUE,
                        "index/set/pick",
                        "DJL's reads the picked elements and does not write them"));
        all.add(
                of(
                        Kind.VALUE,
                        "random/(uniform|normal)/values float16",
                        "libtorch 2.13 draws halves in another order than 2.7.1"));
        all.add(
                of(
                        Kind.VALUE,
                        "activation/softPlus/(float64/SPECIAL|large)",
                        "libtorch's own is x above 20, in double precision too"));
    }

    private static void exceptions(List<KnownDifference> all) {
        all.add(
                of(
                        Kind.SAFER,
                        "creation/strings/add",
                        "DJL's passes the handle -1 of a string array to libtorch"));
        all.add(
                of(
                        Kind.EXCEPTION,
                        "reduction/(max|min|mean|prod)/axes \\[(0, 0)?\\].*",
                        "no axis is all axes, as for sum; one axis twice is libtorch's error"));
        String added = "an error of an operation that DJL's does not have";
        all.add(of(Kind.EXCEPTION, "arithmetic/rmodi/boolean.*", added));
        all.add(of(Kind.EXCEPTION, "reduction/trace/.*", added));
        all.add(of(Kind.EXCEPTION, "shape/tile/.*", added));
        all.add(of(Kind.EXCEPTION, "algebra/batchDot/.*", added));
        all.add(
                of(
                        Kind.EXCEPTION,
                        "creation/(set/wrong type|buffer/too narrow)",
                        "DJL's packs two floats into a double and leaves the rest undefined"));
        all.add(
                of(
                        Kind.EXCEPTION,
                        "index/get/into a manager \\[\\]",
                        "no index is the whole array, as for an empty NDIndex"));
    }
}
