// Cross-entropy and T²·KL(teacher ‖ student) with the gradient for the student's logits, in one launch.
//
//   loss     = a · CE(s, y) + b · T² · KL(softmax(t/T) ‖ softmax(s/T))
//   gradient = g · [a · (softmax(s) − onehot(y)) + b · T · (softmax(s/T) − softmax(t/T))]
//
// with g the caller's scale, as a rule 1/rows. A label below 0 means "none": no cross-entropy for the row.
//
// The gradient needs the sums over the whole row, so each logit is needed twice. At 128,256 classes in bf16 a
// row of student and teacher has 2 · 250.5 KiB = 501 KiB, and must be read, with 250.5 KiB of gradient written:
// 8,192 rows are 6.3 GB, 1.3 ms at 4.8 TB/s. One multiprocessor of an H100 or H200 has 227 KiB of shared
// memory: the row pair does not fit. Reading it again from L2 does not either: 132 multiprocessors at one row
// each hold 65 MiB, and L2 has 50. A cluster of 8 blocks has the row pair in 8 · 63 KiB: three blocks fit on a
// multiprocessor, of which one can wait for its copies while another computes, and 188 KiB are in flight,
// seven times what 4.8 TB/s · 0.7 µs / 132 asks for. So every compulsory byte moves once.
//
// The second limit: exponentials. Pass 1 and pass 2 need e^(s/T), e^(t/T) and e^s: 6 per class, 6.3e9 in all,
// 1.8 ms at 16 per clock, 132 multiprocessors and 1.7 GHz. With e^s as a power (Tempered) it is 1.2 ms.
#include "loss_sums.cuh"

// What turns exponentials into the gradient, from the sums of the row.
template <bool POWERS>
struct Gradient {
    Tempered<POWERS> tempered;
    float student[2];
    float teacher;
    float at_1, at_t, of_teacher, at_label;

    __device__ __forceinline__ Gradient(const LossSums &sums, const Tempered<POWERS> &tempered,
                                        const LossWeights &weights, bool labelled)
        : tempered(tempered), student{sums.references[0], sums.references[1]}, teacher(sums.references[2]) {
        at_label = labelled ? weights.gradient_scale * weights.cross_entropy : 0;
        at_1 = at_label / sums.sums[1];
        float kl = weights.gradient_scale * weights.divergence * weights.temperature;
        at_t = kl / sums.sums[0];
        of_teacher = kl / sums.sums[2];
    }

    template <int N>
    __device__ __forceinline__ void of(const float (&s)[N], const float (&t)[N], int first, int label,
                                       float (&g)[N]) const {
#pragma unroll
        for (int i = 0; i < N; i++) {
            float e_t, e_1;
            tempered.both(s[i], student, e_t, e_1);
            float e = exp2_fast(fmaf(t[i], tempered.scale, -teacher));
            // Two rounded products, not one fused: their difference is 0 where the distributions are equal.
            float difference = __fmul_rn(at_t, e_t) - __fmul_rn(of_teacher, e);
            g[i] = fmaf(at_1, e_1, difference);
        }
        if ((unsigned) (label - first) < (unsigned) N) {
#pragma unroll
            for (int i = 0; i < N; i++) g[i] -= label - first == i ? at_label : 0;
        }
    }
};

__device__ __forceinline__ void write_losses(const LossSums &sums, const LossWeights &weights, int classes,
                                             int label, float label_logit, float *cross_entropy,
                                             float *divergence) {
    float ce = label < 0 ? 0 : label < classes ? sums.log_of(1) - label_logit : nanf("");
    float t = weights.temperature;
    // Logarithms of the quotient: equal distributions give exactly 0.
    float kl = sums.sums[3] / (sums.sums[2] * t) +
               (LN_2 * (sums.references[0] - sums.references[2]) + logf(sums.sums[0] / sums.sums[2]));
    *cross_entropy = ce;
    *divergence = t * t * kl;
}

// ---- rows of many classes: a cluster for each row -----------------------------------------------------------

template <class T, bool POWERS>
__device__ __forceinline__ void cluster_row(StagedRow<T, 2> &row, T *gradient, int label, float label_logit,
                                            const LossWeights &weights, float *cross_entropy,
                                            float *divergence) {
    const int N = Lanes<T>::COUNT;
    Tempered<POWERS> tempered = Tempered<POWERS>::of(weights.temperature);
    LossSums sums;
    sums.clear();
    bool has_edge = (int) threadIdx.x < row.edges();
    int edge = row.edge_element(threadIdx.x);
    float edge_s[1] = {0}, edge_t[1] = {0};
    if (has_edge) {
        edge_s[0] = to_float(row.rows[0][edge]);
        edge_t[0] = to_float(row.rows[1][edge]);
        add(sums, tempered, edge_s, edge_t);
    }
    row.for_each([&](int, uint4 a, uint4 b) {
        float s[N], t[N];
        unpack<T>(a, s);
        unpack<T>(b, t);
        add(sums, tempered, s, t);
    });
    sums.over_cluster_of(row.header);
    if (threadIdx.x == 0 && cluster_rank() == 0) {
        write_losses(sums, weights, row.classes, label, label_logit, cross_entropy, divergence);
    }
    Gradient<POWERS> of_row(sums, tempered, weights, label >= 0);
    if (has_edge) {
        float g[1];
        of_row.of(edge_s, edge_t, edge, label, g);
        set(gradient[edge], g[0]);
    }
    row.for_each([&](int i, uint4 a, uint4 b) {
        float s[N], t[N], g[N];
        unpack<T>(a, s);
        unpack<T>(b, t);
        of_row.of(s, t, row.element(i), label, g);
        store_once(gradient + row.element(i), pack<T>(g));
    });
    cluster_sync();
}

// Grid: rows · cluster size. Shared memory: ROW_HEADER_BYTES + 2 · 16 · capacity. The gradient may be the
// student or the teacher; the three begin at multiples of 16 bytes.
template <class T>
__device__ __forceinline__ void distillation_loss(unsigned char *shared, const T *student, const T *teacher,
                                                  const int *labels, T *gradient, float *cross_entropy,
                                                  float *divergence, int classes, LossWeights weights,
                                                  int capacity) {
    long long r = blockIdx.x / cluster_size();
    u64 offset = (u64) r * classes;
    int label = labels == nullptr ? -1 : labels[r];
    float label_logit = label >= 0 && label < classes ? to_float(student[offset + label]) : 0;
    StagedRow<T, 2> row;
    row.begin(shared, student + offset, teacher + offset, classes, capacity);
    if (Tempered<true>::applies(weights.temperature)) {
        cluster_row<T, true>(row, gradient + offset, label, label_logit, weights, cross_entropy + r,
                             divergence + r);
    } else {
        cluster_row<T, false>(row, gradient + offset, label, label_logit, weights, cross_entropy + r,
                              divergence + r);
    }
}

// ---- rows of few classes: a group of lanes for each row, the row in registers ---------------------------------

template <class T, int LANES, int EACH>
__device__ __forceinline__ void distillation_loss_small(const T *student, const T *teacher, const int *labels,
                                                        T *gradient, float *cross_entropy, float *divergence,
                                                        int rows, int classes, LossWeights weights) {
    long long r = ((long long) blockIdx.x * blockDim.x + threadIdx.x) / LANES;
    int lane = threadIdx.x % LANES;
    bool inside = r < rows;
    u64 offset = (u64) (inside ? r : 0) * classes;
    float s[EACH], t[EACH], g[EACH];
#pragma unroll
    for (int i = 0; i < EACH; i++) {
        int c = i * LANES + lane;
        s[i] = c < classes ? to_float(student[offset + c]) : NEGATIVE_INFINITY;
        t[i] = c < classes ? to_float(teacher[offset + c]) : NEGATIVE_INFINITY;
    }
    int label = labels == nullptr ? -1 : labels[inside ? r : 0];
    float label_logit = label >= 0 && label < classes ? to_float(student[offset + label]) : 0;
    __syncwarp();
    Tempered<false> tempered = Tempered<false>::of(weights.temperature);
    LossSums sums;
    sums.clear();
    add(sums, tempered, s, t);
    sums.over_lanes_of<LANES>();
    if (!inside) return;
    if (lane == 0) {
        write_losses(sums, weights, classes, label, label_logit, cross_entropy + r, divergence + r);
    }
    Gradient<false> of_row(sums, tempered, weights, label >= 0);
    // Lane l has the classes l, l + LANES, …: no run of them, so the label is looked for one by one.
    of_row.of(s, t, 0, -1, g);
#pragma unroll
    for (int i = 0; i < EACH; i++) {
        int c = i * LANES + lane;
        if (c < classes) set(gradient[offset + c], g[i] - (c == label ? of_row.at_label : 0));
    }
}

#define DISTILLATION_LOSS(suffix, T)                                                                           \
    KERNEL(distillation_loss_##suffix, (512), const T *student, const T *teacher, const int *labels,           \
           T *gradient, float *cross_entropy, float *divergence, int classes, LossWeights weights,             \
           int capacity) {                                                                                     \
        DYNAMIC_SHARED(shared);                                                                                \
        distillation_loss(shared, student, teacher, labels, gradient, cross_entropy, divergence, classes,      \
                          weights, capacity);                                                                  \
    }                                                                                                          \
    KERNEL(distillation_loss_32_##suffix, (256), const T *student, const T *teacher, const int *labels,        \
           T *gradient, float *cross_entropy, float *divergence, int rows, int classes, LossWeights weights) { \
        distillation_loss_small<T, 8, 4>(student, teacher, labels, gradient, cross_entropy, divergence, rows,  \
                                         classes, weights);                                                    \
    }                                                                                                          \
    KERNEL(distillation_loss_512_##suffix, (256), const T *student, const T *teacher, const int *labels,       \
           T *gradient, float *cross_entropy, float *divergence, int rows, int classes, LossWeights weights) { \
        distillation_loss_small<T, 32, 16>(student, teacher, labels, gradient, cross_entropy, divergence,      \
                                           rows, classes, weights);                                            \
    }

DISTILLATION_LOSS(f32, float)
DISTILLATION_LOSS(f16, half_t)
DISTILLATION_LOSS(bf16, bfloat_t)
