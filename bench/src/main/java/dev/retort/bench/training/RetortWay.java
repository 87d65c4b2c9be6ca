package dev.retort.bench.training;

import dev.retort.bench.Workload;
import dev.retort.torch.TorchEngine;

/** How Retort trains a workload. */
enum RetortWay {
    /** As a program trains that knows DJL alone. */
    PLAIN("Retort, plain DJL program") {
        @Override
        WorkloadStep step(Workload workload) {
            return new PlainStep(workload, TorchEngine.NAME);
        }
    },
    /** With what Retort adds to DJL. */
    ADDITIONS("Retort with additions") {
        @Override
        WorkloadStep step(Workload workload) {
            return new AddedStep(workload);
        }
    };

    private final String label;

    RetortWay(String label) {
        this.label = label;
    }

    /** In words. */
    String label() {
        return label;
    }

    /** A new step, to be closed. */
    abstract WorkloadStep step(Workload workload);
}
