// What both forms of the distillation loss sum over classes.
#pragma once

#include "scaled_sums.cuh"

// Reference 0: student at T; 1: student at 1; 2: teacher at T. The last sum is Σ e^(t/T) · (t − s).
typedef ScaledSums<3, 4> LossSums;

struct LossWeights {
    float temperature;
    float cross_entropy;
    float divergence;
    float gradient_scale;
};

template <bool POWERS, int N>
__device__ __forceinline__ void add(LossSums &sums, const Tempered<POWERS> &tempered, const float (&s)[N],
                                    const float (&t)[N]) {
    float student[2] = {sums.references[0], sums.references[1]};
    tempered.raise(largest(s), student);
    float teacher = fmaxf(sums.references[2], reference_for(largest(t), tempered.scale));
    if (student[0] > sums.references[0] || student[1] > sums.references[1] || teacher > sums.references[2]) {
        float to[3] = {student[0], student[1], teacher};
        sums.rescale(to);
    }
#pragma unroll
    for (int i = 0; i < N; i++) {
        float at_t, at_1;
        tempered.both(s[i], student, at_t, at_1);
        float e = exp2_fast(fmaf(t[i], tempered.scale, -teacher));
        sums.sums[0] += at_t;
        sums.sums[1] += at_1;
        sums.sums[2] += e;
        // A class that the teacher excludes (−∞) adds 0, not 0 · ∞.
        sums.sums[3] += e > 0 ? e * (t[i] - s[i]) : 0;
    }
}
