// Element types and vectors of 16 bytes. All arithmetic is done in float.
#pragma once

#include "hardware.cuh"

struct half_t {
    unsigned short bits;
};

struct bfloat_t {
    unsigned short bits;
};

__device__ __forceinline__ float to_float(float x) { return x; }
__device__ __forceinline__ float to_float(half_t x) { return half_to_float(x.bits); }
__device__ __forceinline__ float to_float(bfloat_t x) { return bfloat_to_float(x.bits); }

__device__ __forceinline__ void set(float &target, float x) { target = x; }
__device__ __forceinline__ void set(half_t &target, float x) { target.bits = float_to_half(x); }
__device__ __forceinline__ void set(bfloat_t &target, float x) { target.bits = float_to_bfloat(x); }

// Elements of a vector of 16 bytes.
template <class T>
struct Lanes {
    static const int COUNT = 16 / sizeof(T);
};

template <class T>
__device__ __forceinline__ void unpack(uint4 v, float (&x)[Lanes<T>::COUNT]);

template <>
__device__ __forceinline__ void unpack<float>(uint4 v, float (&x)[4]) {
    x[0] = __uint_as_float(v.x);
    x[1] = __uint_as_float(v.y);
    x[2] = __uint_as_float(v.z);
    x[3] = __uint_as_float(v.w);
}

template <>
__device__ __forceinline__ void unpack<half_t>(uint4 v, float (&x)[8]) {
    unsigned words[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
    for (int i = 0; i < 4; i++) {
        x[2 * i] = half_to_float((unsigned short) words[i]);
        x[2 * i + 1] = half_to_float((unsigned short) (words[i] >> 16));
    }
}

template <>
__device__ __forceinline__ void unpack<bfloat_t>(uint4 v, float (&x)[8]) {
    unsigned words[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
    for (int i = 0; i < 4; i++) {
        x[2 * i] = __uint_as_float(words[i] << 16);
        x[2 * i + 1] = __uint_as_float(words[i] & 0xffff0000u);
    }
}

template <class T>
__device__ __forceinline__ uint4 pack(const float (&x)[Lanes<T>::COUNT]);

template <>
__device__ __forceinline__ uint4 pack<float>(const float (&x)[4]) {
    return make_uint4(__float_as_uint(x[0]), __float_as_uint(x[1]), __float_as_uint(x[2]),
                      __float_as_uint(x[3]));
}

template <>
__device__ __forceinline__ uint4 pack<half_t>(const float (&x)[8]) {
    return make_uint4(floats_to_halves(x[0], x[1]), floats_to_halves(x[2], x[3]),
                      floats_to_halves(x[4], x[5]), floats_to_halves(x[6], x[7]));
}

template <>
__device__ __forceinline__ uint4 pack<bfloat_t>(const float (&x)[8]) {
    return make_uint4(floats_to_bfloats(x[0], x[1]), floats_to_bfloats(x[2], x[3]),
                      floats_to_bfloats(x[4], x[5]), floats_to_bfloats(x[6], x[7]));
}

static const float NEGATIVE_INFINITY = -__builtin_huge_valf();
static const float LOG2_E = 1.4426950408889634f;
static const float LN_2 = 0.6931471805599453f;
