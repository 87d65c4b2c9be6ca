// The distillation loss against a teacher of which only the k largest logits of each row are stored, with the
// log-sum-exp of the others at the temperature (see topk_logits.cu). The others are one class, "rest", for
// teacher and student alike:
//
//   KL = Σ_top p_j · log(p_j / q_j) + r · log(r / q_rest),   q_rest = Σ_rest q_j
//
// which is a lower bound of the full KL and equal to it for k = classes. Its gradient for a student's logit is
// T · (q_j − p_j) within the top, and T · q_j · (1 − r / q_rest) in the rest, times the caller's weights: what
// the teacher gives to the rest is spread as the student spreads it. The cross-entropy is over all classes.
//
// The stored classes are kept out of the sums over the rest by a byte of mask for each vector, not subtracted
// from the whole: a student that is nearly sure would leave nothing but rounding errors.
#include "loss_sums.cuh"

// Reference 0: student at T; 1: student at 1.
typedef ScaledSums<2, 2> StudentSums;

struct TopTeacher {
    const float *logits;  // k of the row
    const int *classes;
    float rest;           // log Σ e^(t/T) over the others
    int k;
};

// Where a class lies within the block's part of the row; neither when another block has it.
struct Place {
    int vector, lane, edge;
};

template <class T>
__device__ __forceinline__ Place place_of(const StagedRow<T, 1> &row, int c) {
    Place place = {-1, 0, -1};
    if (c >= row.head && c < row.tail_begin) {
        int vector = (c - row.head) / Lanes<T>::COUNT - row.first;
        if (vector >= 0 && vector < row.count) {
            place.vector = vector;
            place.lane = (c - row.head) % Lanes<T>::COUNT;
        }
    } else if (cluster_rank() == 0) {
        place.edge = c < row.head ? c : row.head + c - row.tail_begin;
    }
    return place;
}

__device__ __forceinline__ void set_byte(unsigned char *mask, int at, unsigned bits) {
    atomicOr((unsigned *) mask + at / 4, bits << at % 4 * 8);
}

template <bool POWERS, int N>
__device__ __forceinline__ void add(StudentSums &sums, const Tempered<POWERS> &tempered, const float (&s)[N]) {
    float to[2] = {sums.references[0], sums.references[1]};
    tempered.raise(largest(s), to);
    if (to[0] > sums.references[0] || to[1] > sums.references[1]) sums.rescale(to);
#pragma unroll
    for (int i = 0; i < N; i++) {
        float at_t, at_1;
        tempered.both(s[i], to, at_t, at_1);
        sums.sums[0] += at_t;
        sums.sums[1] += at_1;
    }
}

template <class T, bool POWERS>
__device__ __forceinline__ void topk_row(StagedRow<T, 1> &row, T *gradient, const TopTeacher &teacher,
                                         unsigned char *mask, float *top_student, int label, float label_logit,
                                         const LossWeights &weights, float *cross_entropy, float *divergence) {
    const int N = Lanes<T>::COUNT;
    Tempered<POWERS> tempered = Tempered<POWERS>::of(weights.temperature);
    unsigned char *edge_mask = mask + (row.count + 3) / 4 * 4;
    for (int i = threadIdx.x; i < (row.count + 3) / 4 + 8; i += blockDim.x) ((unsigned *) mask)[i] = 0;
    __syncthreads();
    // Student and teacher over the stored classes; every block of the cluster does the same.
    LossSums top;
    top.clear();
    for (int j = threadIdx.x; j < teacher.k; j += blockDim.x) {
        int c = teacher.classes[j];
        bool valid = c >= 0 && c < row.classes;
        float s[1] = {valid ? to_float(row.rows[0][c]) : nanf("")}, t[1] = {teacher.logits[j]};
        top_student[j] = s[0];
        add(top, tempered, s, t);
        Place place = valid ? place_of(row, c) : Place{-1, 0, -1};
        if (place.vector >= 0) set_byte(mask, place.vector, 1u << place.lane);
        if (place.edge >= 0) set_byte(edge_mask, place.edge, 1);
    }
    top.over_block_of(row.header);
    __syncthreads();

    StudentSums rest;
    rest.clear();
    bool has_edge = (int) threadIdx.x < row.edges();
    int edge = row.edge_element(threadIdx.x);
    float edge_s[1] = {has_edge && !edge_mask[threadIdx.x] ? to_float(row.rows[0][edge]) : NEGATIVE_INFINITY};
    add(rest, tempered, edge_s);
    row.for_each([&](int i, uint4 a, uint4) {
        float s[N];
        unpack<T>(a, s);
        if (unsigned stored = mask[i]) {
#pragma unroll
            for (int e = 0; e < N; e++) s[e] = stored >> e & 1 ? NEGATIVE_INFINITY : s[e];
        }
        add(rest, tempered, s);
    });
    rest.over_cluster_of(row.header);

    // The whole: the stored classes and the rest as one more.
    LossSums rest_as_class;
    rest_as_class.clear();
    rest_as_class.references[0] = rest.references[0];
    rest_as_class.references[1] = rest.references[1];
    rest_as_class.sums[0] = rest.sums[0];
    rest_as_class.sums[1] = rest.sums[1];
    bool teacher_has_rest = teacher.rest > NEGATIVE_INFINITY;
    if (teacher_has_rest) {
        rest_as_class.references[2] = ceilf(teacher.rest * LOG2_E);
        rest_as_class.sums[2] = exp2_fast(fmaf(teacher.rest, LOG2_E, -rest_as_class.references[2]));
    }
    LossSums all = top;
    all.add(rest_as_class);
    rest_as_class.rescale(all.references);
    float rest_probability = rest_as_class.sums[2] / all.sums[2];
    float kl_scale = weights.gradient_scale * weights.divergence * weights.temperature;
    float at_label = label >= 0 ? weights.gradient_scale * weights.cross_entropy : 0;
    float at_1 = at_label / all.sums[1];
    float at_t = kl_scale / all.sums[0];
    float of_teacher = kl_scale / all.sums[2];
    float rest_at_t = at_t - (teacher_has_rest ? kl_scale * rest_probability / rest_as_class.sums[0] : 0);
    float references[2] = {all.references[0], all.references[1]};
    if (threadIdx.x == 0 && cluster_rank() == 0) {
        float t = weights.temperature;
        float kl = all.sums[3] / (all.sums[2] * t) +
                   (LN_2 * (all.references[0] - all.references[2]) + logf(all.sums[0] / all.sums[2]));
        if (teacher_has_rest) kl += rest_probability * (teacher.rest - rest.log_of(0));
        *cross_entropy = label < 0 ? 0 : label < row.classes ? all.log_of(1) - label_logit : nanf("");
        *divergence = t * t * kl;
    }

    if (has_edge && !edge_mask[threadIdx.x]) {
        float e_t, e_1;
        tempered.both(edge_s[0], references, e_t, e_1);
        set(gradient[edge], fmaf(at_1, e_1, rest_at_t * e_t) - (edge == label ? at_label : 0));
    }
    row.for_each([&](int i, uint4 a, uint4) {
        float s[N], g[N];
        unpack<T>(a, s);
        int first = row.element(i);
#pragma unroll
        for (int e = 0; e < N; e++) {
            float e_t, e_1;
            tempered.both(s[e], references, e_t, e_1);
            g[e] = fmaf(at_1, e_1, rest_at_t * e_t);
        }
        if ((unsigned) (label - first) < (unsigned) N) {
#pragma unroll
            for (int e = 0; e < N; e++) g[e] -= label - first == e ? at_label : 0;
        }
        store_once(gradient + first, pack<T>(g));
    });
    // The stored classes overwrite what the vectors around them were given.
    __syncthreads();
    for (int j = threadIdx.x; j < teacher.k; j += blockDim.x) {
        int c = teacher.classes[j];
        if (c < 0 || c >= row.classes) continue;
        Place place = place_of(row, c);
        if (place.vector < 0 && place.edge < 0) continue;
        float e_t, e_1;
        tempered.both(top_student[j], references, e_t, e_1);
        float e = exp2_fast(fmaf(teacher.logits[j], tempered.scale, -all.references[2]));
        float difference = __fmul_rn(at_t, e_t) - __fmul_rn(of_teacher, e);
        set(gradient[c], fmaf(at_1, e_1, difference) - (c == label ? at_label : 0));
    }
    cluster_sync();
}

// Grid: rows · cluster size. Shared memory: ROW_HEADER_BYTES + 16 · capacity, then a mask of the block's
// vectors + 32 bytes, rounded up to 16, then 4 · k. The gradient may be the student.
template <class T>
__device__ __forceinline__ void distillation_loss_topk(unsigned char *shared, const T *student,
                                                       const float *top_logits, const int *top_classes,
                                                       const float *rest, int k, const int *labels,
                                                       T *gradient, float *cross_entropy, float *divergence,
                                                       int classes, LossWeights weights, int capacity,
                                                       int mask_bytes) {
    long long r = blockIdx.x / cluster_size();
    u64 offset = (u64) r * classes;
    int label = labels == nullptr ? -1 : labels[r];
    float label_logit = label >= 0 && label < classes ? to_float(student[offset + label]) : 0;
    StagedRow<T, 1> row;
    row.begin(shared, student + offset, nullptr, classes, capacity);
    TopTeacher teacher = {top_logits + r * k, top_classes + r * k, rest[r], k};
    unsigned char *mask = shared + ROW_HEADER_BYTES + (u64) capacity * 16;
    float *top_student = (float *) (mask + mask_bytes);
    if (Tempered<true>::applies(weights.temperature)) {
        topk_row<T, true>(row, gradient + offset, teacher, mask, top_student, label, label_logit, weights,
                          cross_entropy + r, divergence + r);
    } else {
        topk_row<T, false>(row, gradient + offset, teacher, mask, top_student, label, label_logit, weights,
                           cross_entropy + r, divergence + r);
    }
}

#define DISTILLATION_LOSS_TOPK(suffix, T)                                                                      \
    KERNEL(distillation_loss_topk_##suffix, (512), const T *student, const float *top_logits,                  \
           const int *top_classes, const float *rest, int k, const int *labels, T *gradient,                   \
           float *cross_entropy, float *divergence, int classes, LossWeights weights, int capacity,            \
           int mask_bytes) {                                                                                   \
        DYNAMIC_SHARED(shared);                                                                                \
        distillation_loss_topk(shared, student, top_logits, top_classes, rest, k, labels, gradient,            \
                               cross_entropy, divergence, classes, weights, capacity, mask_bytes);             \
    }

DISTILLATION_LOSS_TOPK(f32, float)
DISTILLATION_LOSS_TOPK(f16, half_t)
DISTILLATION_LOSS_TOPK(bf16, bfloat_t)
