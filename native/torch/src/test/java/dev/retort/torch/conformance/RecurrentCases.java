package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.COMPOSED;
import static dev.retort.torch.conformance.Tolerance.EXACT;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.recurrent.RNN;

import java.util.List;

/** Recurrent layers over their options. */
final class RecurrentCases {
    private static final int INPUT = 3;
    private static final int HIDDEN = 4;
    private static final int BATCH = 2;
    private static final int TIME = 5;

    private RecurrentCases() {}

    /** The options that RNN, GRU and LSTM share. */
    private record Options(int layers, boolean bidirectional, boolean biases, boolean batchFirst) {
        int directions() {
            return bidirectional ? 2 : 1;
        }

        NDArray input(Operands in) {
            return batchFirst ? in.floats(BATCH, TIME, INPUT) : in.floats(TIME, BATCH, INPUT);
        }

        NDArray state(Operands in) {
            return in.floats((long) layers * directions(), BATCH, HIDDEN);
        }

        NDList parameters(Operands in, int gates) {
            NDList parameters = new NDList();
            for (int layer = 0; layer < layers; layer++) {
                long width = layer == 0 ? INPUT : (long) HIDDEN * directions();
                for (int direction = 0; direction < directions(); direction++) {
                    parameters.add(in.floats((long) gates * HIDDEN, width));
                    parameters.add(in.floats((long) gates * HIDDEN, HIDDEN));
                    if (biases) {
                        parameters.add(in.floats((long) gates * HIDDEN));
                        parameters.add(in.floats((long) gates * HIDDEN));
                    }
                }
            }
            return parameters;
        }
    }

    static List<Case> cases() {
        Cases cases = new Cases("recurrent");
        for (int layers : List.of(1, 2)) {
            for (int flags = 0; flags < 8; flags++) {
                Options o = new Options(layers, (flags & 1) > 0, (flags & 2) > 0, (flags & 4) > 0);
                String variant = o.toString().replace("Options", "");
                cases.add(
                        "rnn", "relu " + variant, COMPOSED, in -> rnn(in, o, RNN.Activation.RELU));
                cases.add(
                        "rnn", "tanh " + variant, COMPOSED, in -> rnn(in, o, RNN.Activation.TANH));
                cases.add("gru", variant, COMPOSED, in -> gru(in, o, 0));
                cases.add("lstm", variant, COMPOSED, in -> lstm(in, o, 0));
            }
        }
        Options two = new Options(2, false, true, true);
        cases.add("gru", "dropout", COMPOSED, in -> gru(in, two, 0.5));
        cases.add("lstm", "dropout", COMPOSED, in -> lstm(in, two, 0.5));
        wrong(cases);
        return cases.list();
    }

    private static NDList rnn(Operands in, Options o, RNN.Activation activation) {
        NDArray input = o.input(in);
        return input.getNDArrayInternal()
                .rnn(
                        input,
                        o.state(in),
                        o.parameters(in, 1),
                        o.biases(),
                        o.layers(),
                        activation,
                        0,
                        true,
                        o.bidirectional(),
                        o.batchFirst());
    }

    private static NDList gru(Operands in, Options o, double dropRate) {
        NDArray input = o.input(in);
        return input.getNDArrayInternal()
                .gru(
                        input,
                        o.state(in),
                        o.parameters(in, 3),
                        o.biases(),
                        o.layers(),
                        dropRate,
                        true,
                        o.bidirectional(),
                        o.batchFirst());
    }

    private static NDList lstm(Operands in, Options o, double dropRate) {
        NDArray input = o.input(in);
        return input.getNDArrayInternal()
                .lstm(
                        input,
                        new NDList(o.state(in), o.state(in)),
                        o.parameters(in, 4),
                        o.biases(),
                        o.layers(),
                        dropRate,
                        true,
                        o.bidirectional(),
                        o.batchFirst());
    }

    private static void wrong(Cases cases) {
        Options o = new Options(1, false, true, true);
        cases.add(
                "gru",
                "input too wide",
                EXACT,
                in -> {
                    NDArray input = in.floats(BATCH, TIME, INPUT + 1);
                    return input.getNDArrayInternal()
                            .gru(
                                    input,
                                    o.state(in),
                                    o.parameters(in, 3),
                                    true,
                                    1,
                                    0,
                                    true,
                                    false,
                                    true);
                });
        cases.add(
                "lstm",
                "one state",
                EXACT,
                in -> {
                    NDArray input = o.input(in);
                    return input.getNDArrayInternal()
                            .lstm(
                                    input,
                                    new NDList(o.state(in)),
                                    o.parameters(in, 4),
                                    true,
                                    1,
                                    0,
                                    true,
                                    false,
                                    true);
                });
    }
}
