package dev.retort.torch.ffi;

import dev.retort.torch.abi.CallStack;
import dev.retort.torch.abi.Op;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.abi.Values;

/**
 * Operators of ATen, generated from their schemas by GenerateAten.java and tensor.txt; not edited by hand.
 *
 * <p>Tensors are handles. Those that are passed stay the caller's; those that are returned are owned by the
 * caller, who frees each once. A handle of 0 stands for an absent optional tensor, null for another absent
 * optional value, a negative number for an absent data type, layout or memory format, and {@link
 * Values#NO_DEVICE} for an absent device. Errors of libtorch are {@link ai.djl.engine.EngineException}s.
 */
@SuppressWarnings("unused")
public final class AtenTensor {
    private static final Op MUL_TENSOR_OP = Op.direct("aten::mul", "Tensor",
            "_ZN2at4_ops10mul_Tensor4callERKNS_6TensorES4_");
    private static final Op MUL__TENSOR_OP = Op.direct("aten::mul_", "Tensor",
            "_ZN2at4_ops11mul__Tensor4callERNS_6TensorERKS2_");
    private static final Op DIV_TENSOR_OP = Op.direct("aten::div", "Tensor",
            "_ZN2at4_ops10div_Tensor4callERKNS_6TensorES4_");
    private static final Op DIV__TENSOR_OP = Op.direct("aten::div_", "Tensor",
            "_ZN2at4_ops11div__Tensor4callERNS_6TensorERKS2_");
    private static final Op DIV_TENSOR_MODE_OP = Op.of("aten::div", "Tensor_mode");
    private static final Op REMAINDER_TENSOR_OP = Op.direct("aten::remainder", "Tensor",
            "_ZN2at4_ops16remainder_Tensor4callERKNS_6TensorES4_");
    private static final Op REMAINDER__TENSOR_OP = Op.direct("aten::remainder_", "Tensor",
            "_ZN2at4_ops17remainder__Tensor4callERNS_6TensorERKS2_");
    private static final Op POW_TENSOR_TENSOR_OP = Op.direct("aten::pow", "Tensor_Tensor",
            "_ZN2at4_ops17pow_Tensor_Tensor4callERKNS_6TensorES4_");
    private static final Op POW__TENSOR_OP = Op.direct("aten::pow_", "Tensor",
            "_ZN2at4_ops11pow__Tensor4callERNS_6TensorERKS2_");
    private static final Op XLOGY_TENSOR_OP = Op.direct("aten::xlogy", "Tensor",
            "_ZN2at4_ops12xlogy_Tensor4callERKNS_6TensorES4_");
    private static final Op ATAN2_OP = Op.direct("aten::atan2", "",
            "_ZN2at4_ops5atan24callERKNS_6TensorES4_");
    private static final Op MAXIMUM_OP = Op.direct("aten::maximum", "",
            "_ZN2at4_ops7maximum4callERKNS_6TensorES4_");
    private static final Op MINIMUM_OP = Op.direct("aten::minimum", "",
            "_ZN2at4_ops7minimum4callERKNS_6TensorES4_");
    private static final Op EQ_TENSOR_OP = Op.direct("aten::eq", "Tensor",
            "_ZN2at4_ops9eq_Tensor4callERKNS_6TensorES4_");
    private static final Op NE_TENSOR_OP = Op.direct("aten::ne", "Tensor",
            "_ZN2at4_ops9ne_Tensor4callERKNS_6TensorES4_");
    private static final Op GT_TENSOR_OP = Op.direct("aten::gt", "Tensor",
            "_ZN2at4_ops9gt_Tensor4callERKNS_6TensorES4_");
    private static final Op GE_TENSOR_OP = Op.direct("aten::ge", "Tensor",
            "_ZN2at4_ops9ge_Tensor4callERKNS_6TensorES4_");
    private static final Op LT_TENSOR_OP = Op.direct("aten::lt", "Tensor",
            "_ZN2at4_ops9lt_Tensor4callERKNS_6TensorES4_");
    private static final Op LE_TENSOR_OP = Op.direct("aten::le", "Tensor",
            "_ZN2at4_ops9le_Tensor4callERKNS_6TensorES4_");
    private static final Op LOGICAL_AND_OP = Op.direct("aten::logical_and", "",
            "_ZN2at4_ops11logical_and4callERKNS_6TensorES4_");
    private static final Op LOGICAL_OR_OP = Op.direct("aten::logical_or", "",
            "_ZN2at4_ops10logical_or4callERKNS_6TensorES4_");
    private static final Op LOGICAL_XOR_OP = Op.direct("aten::logical_xor", "",
            "_ZN2at4_ops11logical_xor4callERKNS_6TensorES4_");
    private static final Op BITWISE_AND_TENSOR_OP = Op.direct("aten::bitwise_and", "Tensor",
            "_ZN2at4_ops18bitwise_and_Tensor4callERKNS_6TensorES4_");
    private static final Op BITWISE_OR_TENSOR_OP = Op.direct("aten::bitwise_or", "Tensor",
            "_ZN2at4_ops17bitwise_or_Tensor4callERKNS_6TensorES4_");
    private static final Op EQUAL_OP = Op.of("aten::equal", "");
    private static final Op _FOREACH_ADDCMUL_TENSOR_OP = Op.of("aten::_foreach_addcmul", "Tensor");
    private static final Op _FOREACH_ADDCMUL__TENSOR_OP = Op.of("aten::_foreach_addcmul_", "Tensor");
    private static final Op SIGN_OP = Op.direct("aten::sign", "",
            "_ZN2at4_ops4sign4callERKNS_6TensorE");
    private static final Op SIGN__OP = Op.direct("aten::sign_", "",
            "_ZN2at4_ops5sign_4callERNS_6TensorE");
    private static final Op NEG_OP = Op.direct("aten::neg", "",
            "_ZN2at4_ops3neg4callERKNS_6TensorE");
    private static final Op NEG__OP = Op.direct("aten::neg_", "",
            "_ZN2at4_ops4neg_4callERNS_6TensorE");
    private static final Op ABS_OP = Op.direct("aten::abs", "",
            "_ZN2at4_ops3abs4callERKNS_6TensorE");
    private static final Op SQUARE_OP = Op.direct("aten::square", "",
            "_ZN2at4_ops6square4callERKNS_6TensorE");
    private static final Op SQRT_OP = Op.direct("aten::sqrt", "",
            "_ZN2at4_ops4sqrt4callERKNS_6TensorE");
    private static final Op FLOOR_OP = Op.direct("aten::floor", "",
            "_ZN2at4_ops5floor4callERKNS_6TensorE");
    private static final Op CEIL_OP = Op.direct("aten::ceil", "",
            "_ZN2at4_ops4ceil4callERKNS_6TensorE");
    private static final Op ROUND_OP = Op.direct("aten::round", "",
            "_ZN2at4_ops5round4callERKNS_6TensorE");
    private static final Op TRUNC_OP = Op.direct("aten::trunc", "",
            "_ZN2at4_ops5trunc4callERKNS_6TensorE");
    private static final Op EXP_OP = Op.direct("aten::exp", "",
            "_ZN2at4_ops3exp4callERKNS_6TensorE");
    private static final Op EXP__OP = Op.direct("aten::exp_", "",
            "_ZN2at4_ops4exp_4callERNS_6TensorE");
    private static final Op EXPM1_OP = Op.direct("aten::expm1", "",
            "_ZN2at4_ops5expm14callERKNS_6TensorE");
    private static final Op LGAMMA_OP = Op.direct("aten::lgamma", "",
            "_ZN2at4_ops6lgamma4callERKNS_6TensorE");
    private static final Op LOG_OP = Op.direct("aten::log", "",
            "_ZN2at4_ops3log4callERKNS_6TensorE");
    private static final Op LOG1P_OP = Op.direct("aten::log1p", "",
            "_ZN2at4_ops5log1p4callERKNS_6TensorE");
    private static final Op LOG10_OP = Op.direct("aten::log10", "",
            "_ZN2at4_ops5log104callERKNS_6TensorE");
    private static final Op LOG2_OP = Op.direct("aten::log2", "",
            "_ZN2at4_ops4log24callERKNS_6TensorE");
    private static final Op SIN_OP = Op.direct("aten::sin", "",
            "_ZN2at4_ops3sin4callERKNS_6TensorE");
    private static final Op COS_OP = Op.direct("aten::cos", "",
            "_ZN2at4_ops3cos4callERKNS_6TensorE");
    private static final Op TAN_OP = Op.direct("aten::tan", "",
            "_ZN2at4_ops3tan4callERKNS_6TensorE");
    private static final Op ASIN_OP = Op.direct("aten::asin", "",
            "_ZN2at4_ops4asin4callERKNS_6TensorE");
    private static final Op ACOS_OP = Op.direct("aten::acos", "",
            "_ZN2at4_ops4acos4callERKNS_6TensorE");
    private static final Op ATAN_OP = Op.direct("aten::atan", "",
            "_ZN2at4_ops4atan4callERKNS_6TensorE");
    private static final Op SINH_OP = Op.direct("aten::sinh", "",
            "_ZN2at4_ops4sinh4callERKNS_6TensorE");
    private static final Op COSH_OP = Op.direct("aten::cosh", "",
            "_ZN2at4_ops4cosh4callERKNS_6TensorE");
    private static final Op TANH_OP = Op.direct("aten::tanh", "",
            "_ZN2at4_ops4tanh4callERKNS_6TensorE");
    private static final Op ASINH_OP = Op.direct("aten::asinh", "",
            "_ZN2at4_ops5asinh4callERKNS_6TensorE");
    private static final Op ACOSH_OP = Op.direct("aten::acosh", "",
            "_ZN2at4_ops5acosh4callERKNS_6TensorE");
    private static final Op ATANH_OP = Op.direct("aten::atanh", "",
            "_ZN2at4_ops5atanh4callERKNS_6TensorE");
    private static final Op SIGMOID_OP = Op.direct("aten::sigmoid", "",
            "_ZN2at4_ops7sigmoid4callERKNS_6TensorE");
    private static final Op RELU_OP = Op.direct("aten::relu", "",
            "_ZN2at4_ops4relu4callERKNS_6TensorE");
    private static final Op ERF_OP = Op.direct("aten::erf", "",
            "_ZN2at4_ops3erf4callERKNS_6TensorE");
    private static final Op ERFINV_OP = Op.direct("aten::erfinv", "",
            "_ZN2at4_ops6erfinv4callERKNS_6TensorE");
    private static final Op RECIPROCAL_OP = Op.direct("aten::reciprocal", "",
            "_ZN2at4_ops10reciprocal4callERKNS_6TensorE");
    private static final Op RSQRT_OP = Op.direct("aten::rsqrt", "",
            "_ZN2at4_ops5rsqrt4callERKNS_6TensorE");
    private static final Op ISNAN_OP = Op.direct("aten::isnan", "",
            "_ZN2at4_ops5isnan4callERKNS_6TensorE");
    private static final Op ISINF_OP = Op.direct("aten::isinf", "",
            "_ZN2at4_ops5isinf4callERKNS_6TensorE");
    private static final Op LOGICAL_NOT_OP = Op.direct("aten::logical_not", "",
            "_ZN2at4_ops11logical_not4callERKNS_6TensorE");
    private static final Op BITWISE_NOT_OP = Op.direct("aten::bitwise_not", "",
            "_ZN2at4_ops11bitwise_not4callERKNS_6TensorE");
    private static final Op CLAMP_TENSOR_OP = Op.of("aten::clamp", "Tensor");
    private static final Op CLAMP__TENSOR_OP = Op.of("aten::clamp_", "Tensor");
    private static final Op CLAMP_MIN_TENSOR_OP = Op.direct("aten::clamp_min", "Tensor",
            "_ZN2at4_ops16clamp_min_Tensor4callERKNS_6TensorES4_");
    private static final Op CLAMP_MAX_TENSOR_OP = Op.direct("aten::clamp_max", "Tensor",
            "_ZN2at4_ops16clamp_max_Tensor4callERKNS_6TensorES4_");
    private static final Op NAN_TO_NUM_OP = Op.of("aten::nan_to_num", "");
    private static final Op WHERE_SELF_OP = Op.of("aten::where", "self");
    private static final Op MASKED_FILL_TENSOR_OP = Op.of("aten::masked_fill", "Tensor");
    private static final Op MASKED_FILL__TENSOR_OP = Op.of("aten::masked_fill_", "Tensor");
    private static final Op LERP_TENSOR_OP = Op.of("aten::lerp", "Tensor");
    private static final Op SUM_OP = Op.of("aten::sum", "");
    private static final Op SUM_DIM_INTLIST_OP = Op.of("aten::sum", "dim_IntList");
    private static final Op MEAN_OP = Op.of("aten::mean", "");
    private static final Op MEAN_DIM_OP = Op.of("aten::mean", "dim");
    private static final Op PROD_OP = Op.of("aten::prod", "");
    private static final Op PROD_DIM_INT_OP = Op.of("aten::prod", "dim_int");
    private static final Op MAX_OP = Op.direct("aten::max", "",
            "_ZN2at4_ops3max4callERKNS_6TensorE");
    private static final Op MIN_OP = Op.direct("aten::min", "",
            "_ZN2at4_ops3min4callERKNS_6TensorE");
    private static final Op AMAX_OP = Op.of("aten::amax", "");
    private static final Op AMIN_OP = Op.of("aten::amin", "");
    private static final Op MAX_DIM_OP = Op.of("aten::max", "dim");
    private static final Op MIN_DIM_OP = Op.of("aten::min", "dim");
    private static final Op ANY_OP = Op.direct("aten::any", "",
            "_ZN2at4_ops3any4callERKNS_6TensorE");
    private static final Op ALL_OP = Op.direct("aten::all", "",
            "_ZN2at4_ops3all4callERKNS_6TensorE");
    private static final Op ANY_DIM_OP = Op.of("aten::any", "dim");
    private static final Op ALL_DIM_OP = Op.of("aten::all", "dim");
    private static final Op ARGMAX_OP = Op.of("aten::argmax", "");
    private static final Op ARGMIN_OP = Op.of("aten::argmin", "");
    private static final Op STD_CORRECTION_OP = Op.of("aten::std", "correction");
    private static final Op VAR_CORRECTION_OP = Op.of("aten::var", "correction");
    private static final Op NORM_SCALAROPT_DIM_OP = Op.of("aten::norm", "ScalarOpt_dim");
    private static final Op CUMSUM_OP = Op.of("aten::cumsum", "");
    private static final Op CUMPROD_OP = Op.of("aten::cumprod", "");
    private static final Op MEDIAN_DIM_OP = Op.of("aten::median", "dim");
    private static final Op QUANTILE_SCALAR_OP = Op.of("aten::quantile", "scalar");
    private static final Op COUNT_NONZERO_DIM_INTLIST_OP = Op.of("aten::count_nonzero", "dim_IntList");
    private static final Op LOGSUMEXP_OP = Op.of("aten::logsumexp", "");
    private static final Op DIFF_OP = Op.of("aten::diff", "");
    private static final Op MM_OP = Op.direct("aten::mm", "",
            "_ZN2at4_ops2mm4callERKNS_6TensorES4_");
    private static final Op BMM_OP = Op.direct("aten::bmm", "",
            "_ZN2at4_ops3bmm4callERKNS_6TensorES4_");
    private static final Op MATMUL_OP = Op.direct("aten::matmul", "",
            "_ZN2at4_ops6matmul4callERKNS_6TensorES4_");
    private static final Op DOT_OP = Op.direct("aten::dot", "",
            "_ZN2at4_ops3dot4callERKNS_6TensorES4_");
    private static final Op MV_OP = Op.direct("aten::mv", "",
            "_ZN2at4_ops2mv4callERKNS_6TensorES4_");
    private static final Op LINEAR_OP = Op.of("aten::linear", "");
    private static final Op LINALG_INV_OP = Op.direct("aten::linalg_inv", "",
            "_ZN2at4_ops10linalg_inv4callERKNS_6TensorE");
    private static final Op LINALG_MATRIX_NORM_STR_ORD_OP = Op.of("aten::linalg_matrix_norm", "str_ord");
    private static final Op EINSUM_OP = Op.of("aten::einsum", "");
    private static final Op TENSORDOT_OP = Op.of("aten::tensordot", "");
    private static final Op RESHAPE_OP = Op.of("aten::reshape", "");
    private static final Op VIEW_OP = Op.of("aten::view", "");
    private static final Op VIEW_DTYPE_OP = Op.of("aten::view", "dtype");
    private static final Op VIEW_AS_REAL_OP = Op.direct("aten::view_as_real", "",
            "_ZN2at4_ops12view_as_real4callERKNS_6TensorE");
    private static final Op VIEW_AS_COMPLEX_OP = Op.direct("aten::view_as_complex", "",
            "_ZN2at4_ops15view_as_complex4callERKNS_6TensorE");
    private static final Op REAL_OP = Op.direct("aten::real", "",
            "_ZN2at4_ops4real4callERKNS_6TensorE");
    private static final Op IMAG_OP = Op.direct("aten::imag", "",
            "_ZN2at4_ops4imag4callERKNS_6TensorE");
    private static final Op CONJ_OP = Op.direct("aten::conj", "",
            "_ZN2at4_ops4conj4callERKNS_6TensorE");
    private static final Op _CONJ_PHYSICAL_OP = Op.direct("aten::_conj_physical", "",
            "_ZN2at4_ops14_conj_physical4callERKNS_6TensorE");
    private static final Op RESOLVE_CONJ_OP = Op.direct("aten::resolve_conj", "",
            "_ZN2at4_ops12resolve_conj4callERKNS_6TensorE");
    private static final Op TRANSPOSE_INT_OP = Op.of("aten::transpose", "int");
    private static final Op PERMUTE_OP = Op.of("aten::permute", "");
    private static final Op EXPAND_OP = Op.of("aten::expand", "");
    private static final Op SQUEEZE_OP = Op.direct("aten::squeeze", "",
            "_ZN2at4_ops7squeeze4callERKNS_6TensorE");
    private static final Op SQUEEZE_DIM_OP = Op.of("aten::squeeze", "dim");
    private static final Op SQUEEZE_DIMS_OP = Op.of("aten::squeeze", "dims");
    private static final Op UNSQUEEZE_OP = Op.of("aten::unsqueeze", "");
    private static final Op FLATTEN_USING_INTS_OP = Op.of("aten::flatten", "using_ints");
    private static final Op SLICE_TENSOR_OP = Op.of("aten::slice", "Tensor");
    private static final Op SELECT_INT_OP = Op.of("aten::select", "int");
    private static final Op NARROW_OP = Op.of("aten::narrow", "");
    private static final Op SPLIT_TENSOR_OP = Op.of("aten::split", "Tensor");
    private static final Op SPLIT_WITH_SIZES_OP = Op.of("aten::split_with_sizes", "");
    private static final Op CAT_OP = Op.of("aten::cat", "");
    private static final Op STACK_OP = Op.of("aten::stack", "");
    private static final Op TILE_OP = Op.of("aten::tile", "");
    private static final Op REPEAT_OP = Op.of("aten::repeat", "");
    private static final Op REPEAT_INTERLEAVE_SELF_INT_OP = Op.of("aten::repeat_interleave", "self_int");
    private static final Op REPEAT_INTERLEAVE_TENSOR_OP = Op.of("aten::repeat_interleave", "Tensor");
    private static final Op FLIP_OP = Op.of("aten::flip", "");
    private static final Op ROLL_OP = Op.of("aten::roll", "");
    private static final Op ROT90_OP = Op.of("aten::rot90", "");
    private static final Op DIAGONAL_OP = Op.of("aten::diagonal", "");
    private static final Op TRIL_OP = Op.of("aten::tril", "");
    private static final Op TRIU_OP = Op.of("aten::triu", "");
    private static final Op AS_STRIDED_OP = Op.of("aten::as_strided", "");
    private static final Op CONTIGUOUS_OP = Op.of("aten::contiguous", "");
    private static final Op CLONE_OP = Op.of("aten::clone", "");
    private static final Op PAD_OP = Op.of("aten::pad", "");
    private static final Op UNFOLD_OP = Op.of("aten::unfold", "");
    private static final Op TRACE_OP = Op.direct("aten::trace", "",
            "_ZN2at4_ops5trace4callERKNS_6TensorE");
    private static final Op KRON_OP = Op.direct("aten::kron", "",
            "_ZN2at4_ops4kron4callERKNS_6TensorES4_");
    private static final Op MESHGRID_INDEXING_OP = Op.of("aten::meshgrid", "indexing");
    private static final Op UNBIND_INT_OP = Op.of("aten::unbind", "int");
    private static final Op GATHER_OP = Op.of("aten::gather", "");
    private static final Op TAKE_OP = Op.direct("aten::take", "",
            "_ZN2at4_ops4take4callERKNS_6TensorES4_");
    private static final Op PUT_OP = Op.of("aten::put", "");
    private static final Op SCATTER_SRC_OP = Op.of("aten::scatter", "src");
    private static final Op SCATTER__SRC_OP = Op.of("aten::scatter_", "src");
    private static final Op SCATTER_ADD_OP = Op.of("aten::scatter_add", "");
    private static final Op INDEX_TENSOR_OP = Op.of("aten::index", "Tensor");
    private static final Op INDEX_PUT_OP = Op.of("aten::index_put", "");
    private static final Op INDEX_PUT__OP = Op.of("aten::index_put_", "");
    private static final Op INDEX_SELECT_OP = Op.of("aten::index_select", "");
    private static final Op MASKED_SELECT_OP = Op.direct("aten::masked_select", "",
            "_ZN2at4_ops13masked_select4callERKNS_6TensorES4_");
    private static final Op MASKED_SCATTER_OP = Op.of("aten::masked_scatter", "");
    private static final Op MASKED_SCATTER__OP = Op.of("aten::masked_scatter_", "");
    private static final Op NONZERO_OP = Op.direct("aten::nonzero", "",
            "_ZN2at4_ops7nonzero4callERKNS_6TensorE");
    private static final Op SORT_OP = Op.of("aten::sort", "");
    private static final Op ARGSORT_OP = Op.of("aten::argsort", "");
    private static final Op TOPK_OP = Op.of("aten::topk", "");
    private static final Op _UNIQUE2_OP = Op.of("aten::_unique2", "");
    private static final Op UNIQUE_DIM_OP = Op.of("aten::unique_dim", "");
    private static final Op ONE_HOT_OP = Op.of("aten::one_hot", "");
    private static final Op SEARCHSORTED_TENSOR_OP = Op.of("aten::searchsorted", "Tensor");
    private static final Op BINCOUNT_OP = Op.of("aten::bincount", "");
    private static final Op EMPTY_MEMORY_FORMAT_OP = Op.of("aten::empty", "memory_format");
    private static final Op ZEROS_OP = Op.of("aten::zeros", "");
    private static final Op ONES_OP = Op.of("aten::ones", "");
    private static final Op ZEROS_LIKE_OP = Op.of("aten::zeros_like", "");
    private static final Op ONES_LIKE_OP = Op.of("aten::ones_like", "");
    private static final Op EMPTY_LIKE_OP = Op.of("aten::empty_like", "");
    private static final Op EYE_M_OP = Op.of("aten::eye", "m");
    private static final Op RANDN_OP = Op.of("aten::randn", "");
    private static final Op RAND_OP = Op.of("aten::rand", "");
    private static final Op RANDINT_LOW_OP = Op.of("aten::randint", "low");
    private static final Op RANDPERM_OP = Op.of("aten::randperm", "");
    private static final Op NORMAL__OP = Op.of("aten::normal_", "");
    private static final Op UNIFORM__OP = Op.of("aten::uniform_", "");
    private static final Op BERNOULLI_P_OP = Op.of("aten::bernoulli", "p");
    private static final Op BERNOULLI__FLOAT_OP = Op.of("aten::bernoulli_", "float");
    private static final Op RANDOM__FROM_OP = Op.of("aten::random_", "from");
    private static final Op MULTINOMIAL_OP = Op.of("aten::multinomial", "");
    private static final Op NORMAL_TENSOR_TENSOR_OP = Op.of("aten::normal", "Tensor_Tensor");
    private static final Op POISSON_OP = Op.of("aten::poisson", "");
    private static final Op _STANDARD_GAMMA_OP = Op.of("aten::_standard_gamma", "");
    private static final Op HANN_WINDOW_PERIODIC_OP = Op.of("aten::hann_window", "periodic");
    private static final Op LINSPACE_TENSOR_TENSOR_OP = Op.of("aten::linspace", "Tensor_Tensor");
    private static final Op TO_DTYPE_OP = Op.of("aten::to", "dtype");
    private static final Op TO_DEVICE_OP = Op.of("aten::to", "device");
    private static final Op COPY__OP = Op.of("aten::copy_", "");
    private static final Op ZERO__OP = Op.direct("aten::zero_", "",
            "_ZN2at4_ops5zero_4callERNS_6TensorE");
    private static final Op FILL__TENSOR_OP = Op.direct("aten::fill_", "Tensor",
            "_ZN2at4_ops12fill__Tensor4callERNS_6TensorERKS2_");
    private static final Op DETACH_OP = Op.direct("aten::detach", "",
            "_ZN2at4_ops6detach4callERKNS_6TensorE");
    private static final Op DETACH__OP = Op.direct("aten::detach_", "",
            "_ZN2at4_ops7detach_4callERNS_6TensorE");
    private static final Op SET__SOURCE_TENSOR_OP = Op.direct("aten::set_", "source_Tensor",
            "_ZN2at4_ops18set__source_Tensor4callERNS_6TensorERKS2_");
    private static final Op TO_SPARSE_OP = Op.of("aten::to_sparse", "");
    private static final Op _TO_DENSE_OP = Op.of("aten::_to_dense", "");
    private static final Op SPARSE_COO_TENSOR_INDICES_SIZE_OP = Op.of("aten::sparse_coo_tensor", "indices_size");
    private static final Op COALESCE_OP = Op.direct("aten::coalesce", "",
            "_ZN2at4_ops8coalesce4callERKNS_6TensorE");
    private static final Op IS_COALESCED_OP = Op.of("aten::is_coalesced", "");
    private static final Op _INDICES_OP = Op.direct("aten::_indices", "",
            "_ZN2at4_ops8_indices4callERKNS_6TensorE");
    private static final Op _VALUES_OP = Op.direct("aten::_values", "",
            "_ZN2at4_ops7_values4callERKNS_6TensorE");
    private static final Op _NNZ_OP = Op.of("aten::_nnz", "");
    private static final Op IS_PINNED_OP = Op.of("aten::is_pinned", "");
    private static final Op PIN_MEMORY_OP = Op.of("aten::pin_memory", "");
    private static final Op RESIZE__OP = Op.of("aten::resize_", "");
    private static final Op SOFTMAX_INT_OP = Op.of("aten::softmax", "int");
    private static final Op LOG_SOFTMAX_INT_OP = Op.of("aten::log_softmax", "int");
    private static final Op FFT_FFT_OP = Op.of("aten::fft_fft", "");
    private static final Op FFT_IFFT_OP = Op.of("aten::fft_ifft", "");
    private static final Op FFT_RFFT_OP = Op.of("aten::fft_rfft", "");
    private static final Op FFT_IRFFT_OP = Op.of("aten::fft_irfft", "");
    private static final Op FFT_FFT2_OP = Op.of("aten::fft_fft2", "");
    private static final Op FFT_IFFT2_OP = Op.of("aten::fft_ifft2", "");
    private static final Op STFT_CENTER_OP = Op.of("aten::stft", "center");
    private static final Op _BACKWARD_OP = Op.of("aten::_backward", "");
    private static final Op RETAIN_GRAD_OP = Op.of("aten::retain_grad", "");
    private static final Op IS_LEAF_OP = Op.of("aten::is_leaf", "");

    private AtenTensor() {}

    /** {@code aten::mul.Tensor(Tensor self, Tensor other) -> Tensor} */
    public static long mul(long self, long other) {
        CallStack stack = CallStack.enter();
        if (MUL_TENSOR_OP.direct() != 0) {
            return stack.callDirect(MUL_TENSOR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(MUL_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::mul_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)} */
    public static void mulInPlace(long self, long other) {
        CallStack stack = CallStack.enter();
        if (MUL__TENSOR_OP.direct() != 0) {
            stack.callInPlace(MUL__TENSOR_OP, self, other);
            return;
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(MUL__TENSOR_OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::div.Tensor(Tensor self, Tensor other) -> Tensor} */
    public static long div(long self, long other) {
        CallStack stack = CallStack.enter();
        if (DIV_TENSOR_OP.direct() != 0) {
            return stack.callDirect(DIV_TENSOR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(DIV_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::div_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)} */
    public static void divInPlace(long self, long other) {
        CallStack stack = CallStack.enter();
        if (DIV__TENSOR_OP.direct() != 0) {
            stack.callInPlace(DIV__TENSOR_OP, self, other);
            return;
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(DIV__TENSOR_OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor} */
    public static long div(long self, long other, String roundingMode) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.put(2, Values.optional(roundingMode));
        stack.call(DIV_TENSOR_MODE_OP);
        return stack.get(0);
    }

    /** {@code aten::remainder.Tensor(Tensor self, Tensor other) -> Tensor} */
    public static long remainder(long self, long other) {
        CallStack stack = CallStack.enter();
        if (REMAINDER_TENSOR_OP.direct() != 0) {
            return stack.callDirect(REMAINDER_TENSOR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(REMAINDER_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::remainder_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)} */
    public static void remainderInPlace(long self, long other) {
        CallStack stack = CallStack.enter();
        if (REMAINDER__TENSOR_OP.direct() != 0) {
            stack.callInPlace(REMAINDER__TENSOR_OP, self, other);
            return;
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(REMAINDER__TENSOR_OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor} */
    public static long pow(long self, long exponent) {
        CallStack stack = CallStack.enter();
        if (POW_TENSOR_TENSOR_OP.direct() != 0) {
            return stack.callDirect(POW_TENSOR_TENSOR_OP, self, exponent);
        }
        stack.tensor(0, self);
        stack.tensor(1, exponent);
        stack.call(POW_TENSOR_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::pow_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)} */
    public static void powInPlace(long self, long exponent) {
        CallStack stack = CallStack.enter();
        if (POW__TENSOR_OP.direct() != 0) {
            stack.callInPlace(POW__TENSOR_OP, self, exponent);
            return;
        }
        stack.tensor(0, self);
        stack.tensor(1, exponent);
        stack.call(POW__TENSOR_OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::xlogy.Tensor(Tensor self, Tensor other) -> Tensor} */
    public static long xlogy(long self, long other) {
        CallStack stack = CallStack.enter();
        if (XLOGY_TENSOR_OP.direct() != 0) {
            return stack.callDirect(XLOGY_TENSOR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(XLOGY_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::atan2(Tensor self, Tensor other) -> Tensor} */
    public static long atan2(long self, long other) {
        CallStack stack = CallStack.enter();
        if (ATAN2_OP.direct() != 0) {
            return stack.callDirect(ATAN2_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(ATAN2_OP);
        return stack.get(0);
    }

    /** {@code aten::maximum(Tensor self, Tensor other) -> Tensor} */
    public static long maximum(long self, long other) {
        CallStack stack = CallStack.enter();
        if (MAXIMUM_OP.direct() != 0) {
            return stack.callDirect(MAXIMUM_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(MAXIMUM_OP);
        return stack.get(0);
    }

    /** {@code aten::minimum(Tensor self, Tensor other) -> Tensor} */
    public static long minimum(long self, long other) {
        CallStack stack = CallStack.enter();
        if (MINIMUM_OP.direct() != 0) {
            return stack.callDirect(MINIMUM_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(MINIMUM_OP);
        return stack.get(0);
    }

    /** {@code aten::eq.Tensor(Tensor self, Tensor other) -> Tensor} */
    public static long eq(long self, long other) {
        CallStack stack = CallStack.enter();
        if (EQ_TENSOR_OP.direct() != 0) {
            return stack.callDirect(EQ_TENSOR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(EQ_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::ne.Tensor(Tensor self, Tensor other) -> Tensor} */
    public static long ne(long self, long other) {
        CallStack stack = CallStack.enter();
        if (NE_TENSOR_OP.direct() != 0) {
            return stack.callDirect(NE_TENSOR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(NE_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::gt.Tensor(Tensor self, Tensor other) -> Tensor} */
    public static long gt(long self, long other) {
        CallStack stack = CallStack.enter();
        if (GT_TENSOR_OP.direct() != 0) {
            return stack.callDirect(GT_TENSOR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(GT_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::ge.Tensor(Tensor self, Tensor other) -> Tensor} */
    public static long ge(long self, long other) {
        CallStack stack = CallStack.enter();
        if (GE_TENSOR_OP.direct() != 0) {
            return stack.callDirect(GE_TENSOR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(GE_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::lt.Tensor(Tensor self, Tensor other) -> Tensor} */
    public static long lt(long self, long other) {
        CallStack stack = CallStack.enter();
        if (LT_TENSOR_OP.direct() != 0) {
            return stack.callDirect(LT_TENSOR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(LT_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::le.Tensor(Tensor self, Tensor other) -> Tensor} */
    public static long le(long self, long other) {
        CallStack stack = CallStack.enter();
        if (LE_TENSOR_OP.direct() != 0) {
            return stack.callDirect(LE_TENSOR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(LE_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::logical_and(Tensor self, Tensor other) -> Tensor} */
    public static long logicalAnd(long self, long other) {
        CallStack stack = CallStack.enter();
        if (LOGICAL_AND_OP.direct() != 0) {
            return stack.callDirect(LOGICAL_AND_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(LOGICAL_AND_OP);
        return stack.get(0);
    }

    /** {@code aten::logical_or(Tensor self, Tensor other) -> Tensor} */
    public static long logicalOr(long self, long other) {
        CallStack stack = CallStack.enter();
        if (LOGICAL_OR_OP.direct() != 0) {
            return stack.callDirect(LOGICAL_OR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(LOGICAL_OR_OP);
        return stack.get(0);
    }

    /** {@code aten::logical_xor(Tensor self, Tensor other) -> Tensor} */
    public static long logicalXor(long self, long other) {
        CallStack stack = CallStack.enter();
        if (LOGICAL_XOR_OP.direct() != 0) {
            return stack.callDirect(LOGICAL_XOR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(LOGICAL_XOR_OP);
        return stack.get(0);
    }

    /** {@code aten::bitwise_and.Tensor(Tensor self, Tensor other) -> Tensor} */
    public static long bitwiseAnd(long self, long other) {
        CallStack stack = CallStack.enter();
        if (BITWISE_AND_TENSOR_OP.direct() != 0) {
            return stack.callDirect(BITWISE_AND_TENSOR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(BITWISE_AND_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor} */
    public static long bitwiseOr(long self, long other) {
        CallStack stack = CallStack.enter();
        if (BITWISE_OR_TENSOR_OP.direct() != 0) {
            return stack.callDirect(BITWISE_OR_TENSOR_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(BITWISE_OR_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::equal(Tensor self, Tensor other) -> bool} */
    public static boolean equal(long self, long other) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(EQUAL_OP);
        return stack.get(0) != 0;
    }

    /** {@code aten::_foreach_addcmul.Tensor(Tensor[] self, Tensor[] tensor1, Tensor[] tensor2, Tensor scalars) -> Tensor[]} */
    public static long[] foreachAddcmul(long[] self, long[] tensor1, long[] tensor2, long scalars) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.tensors(self));
        stack.put(1, Values.tensors(tensor1));
        stack.put(2, Values.tensors(tensor2));
        stack.tensor(3, scalars);
        stack.call(_FOREACH_ADDCMUL_TENSOR_OP);
        return Values.takeTensors(stack.get(0));
    }

    /** {@code aten::_foreach_addcmul_.Tensor(Tensor(a!)[] self, Tensor[] tensor1, Tensor[] tensor2, Tensor scalars) -> ()} */
    public static void foreachAddcmulInPlace(long[] self, long[] tensor1, long[] tensor2, long scalars) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.tensors(self));
        stack.put(1, Values.tensors(tensor1));
        stack.put(2, Values.tensors(tensor2));
        stack.tensor(3, scalars);
        stack.call(_FOREACH_ADDCMUL__TENSOR_OP);
    }

    /** {@code aten::sign(Tensor self) -> Tensor} */
    public static long sign(long self) {
        CallStack stack = CallStack.enter();
        if (SIGN_OP.direct() != 0) {
            return stack.callDirect(SIGN_OP, self);
        }
        stack.tensor(0, self);
        stack.call(SIGN_OP);
        return stack.get(0);
    }

    /** {@code aten::sign_(Tensor(a!) self) -> Tensor(a!)} */
    public static void signInPlace(long self) {
        CallStack stack = CallStack.enter();
        if (SIGN__OP.direct() != 0) {
            stack.callInPlace(SIGN__OP, self);
            return;
        }
        stack.tensor(0, self);
        stack.call(SIGN__OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::neg(Tensor self) -> Tensor} */
    public static long neg(long self) {
        CallStack stack = CallStack.enter();
        if (NEG_OP.direct() != 0) {
            return stack.callDirect(NEG_OP, self);
        }
        stack.tensor(0, self);
        stack.call(NEG_OP);
        return stack.get(0);
    }

    /** {@code aten::neg_(Tensor(a!) self) -> Tensor(a!)} */
    public static void negInPlace(long self) {
        CallStack stack = CallStack.enter();
        if (NEG__OP.direct() != 0) {
            stack.callInPlace(NEG__OP, self);
            return;
        }
        stack.tensor(0, self);
        stack.call(NEG__OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::abs(Tensor self) -> Tensor} */
    public static long abs(long self) {
        CallStack stack = CallStack.enter();
        if (ABS_OP.direct() != 0) {
            return stack.callDirect(ABS_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ABS_OP);
        return stack.get(0);
    }

    /** {@code aten::square(Tensor self) -> Tensor} */
    public static long square(long self) {
        CallStack stack = CallStack.enter();
        if (SQUARE_OP.direct() != 0) {
            return stack.callDirect(SQUARE_OP, self);
        }
        stack.tensor(0, self);
        stack.call(SQUARE_OP);
        return stack.get(0);
    }

    /** {@code aten::sqrt(Tensor self) -> Tensor} */
    public static long sqrt(long self) {
        CallStack stack = CallStack.enter();
        if (SQRT_OP.direct() != 0) {
            return stack.callDirect(SQRT_OP, self);
        }
        stack.tensor(0, self);
        stack.call(SQRT_OP);
        return stack.get(0);
    }

    /** {@code aten::floor(Tensor self) -> Tensor} */
    public static long floor(long self) {
        CallStack stack = CallStack.enter();
        if (FLOOR_OP.direct() != 0) {
            return stack.callDirect(FLOOR_OP, self);
        }
        stack.tensor(0, self);
        stack.call(FLOOR_OP);
        return stack.get(0);
    }

    /** {@code aten::ceil(Tensor self) -> Tensor} */
    public static long ceil(long self) {
        CallStack stack = CallStack.enter();
        if (CEIL_OP.direct() != 0) {
            return stack.callDirect(CEIL_OP, self);
        }
        stack.tensor(0, self);
        stack.call(CEIL_OP);
        return stack.get(0);
    }

    /** {@code aten::round(Tensor self) -> Tensor} */
    public static long round(long self) {
        CallStack stack = CallStack.enter();
        if (ROUND_OP.direct() != 0) {
            return stack.callDirect(ROUND_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ROUND_OP);
        return stack.get(0);
    }

    /** {@code aten::trunc(Tensor self) -> Tensor} */
    public static long trunc(long self) {
        CallStack stack = CallStack.enter();
        if (TRUNC_OP.direct() != 0) {
            return stack.callDirect(TRUNC_OP, self);
        }
        stack.tensor(0, self);
        stack.call(TRUNC_OP);
        return stack.get(0);
    }

    /** {@code aten::exp(Tensor self) -> Tensor} */
    public static long exp(long self) {
        CallStack stack = CallStack.enter();
        if (EXP_OP.direct() != 0) {
            return stack.callDirect(EXP_OP, self);
        }
        stack.tensor(0, self);
        stack.call(EXP_OP);
        return stack.get(0);
    }

    /** {@code aten::exp_(Tensor(a!) self) -> Tensor(a!)} */
    public static void expInPlace(long self) {
        CallStack stack = CallStack.enter();
        if (EXP__OP.direct() != 0) {
            stack.callInPlace(EXP__OP, self);
            return;
        }
        stack.tensor(0, self);
        stack.call(EXP__OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::expm1(Tensor self) -> Tensor} */
    public static long expm1(long self) {
        CallStack stack = CallStack.enter();
        if (EXPM1_OP.direct() != 0) {
            return stack.callDirect(EXPM1_OP, self);
        }
        stack.tensor(0, self);
        stack.call(EXPM1_OP);
        return stack.get(0);
    }

    /** {@code aten::lgamma(Tensor self) -> Tensor} */
    public static long lgamma(long self) {
        CallStack stack = CallStack.enter();
        if (LGAMMA_OP.direct() != 0) {
            return stack.callDirect(LGAMMA_OP, self);
        }
        stack.tensor(0, self);
        stack.call(LGAMMA_OP);
        return stack.get(0);
    }

    /** {@code aten::log(Tensor self) -> Tensor} */
    public static long log(long self) {
        CallStack stack = CallStack.enter();
        if (LOG_OP.direct() != 0) {
            return stack.callDirect(LOG_OP, self);
        }
        stack.tensor(0, self);
        stack.call(LOG_OP);
        return stack.get(0);
    }

    /** {@code aten::log1p(Tensor self) -> Tensor} */
    public static long log1p(long self) {
        CallStack stack = CallStack.enter();
        if (LOG1P_OP.direct() != 0) {
            return stack.callDirect(LOG1P_OP, self);
        }
        stack.tensor(0, self);
        stack.call(LOG1P_OP);
        return stack.get(0);
    }

    /** {@code aten::log10(Tensor self) -> Tensor} */
    public static long log10(long self) {
        CallStack stack = CallStack.enter();
        if (LOG10_OP.direct() != 0) {
            return stack.callDirect(LOG10_OP, self);
        }
        stack.tensor(0, self);
        stack.call(LOG10_OP);
        return stack.get(0);
    }

    /** {@code aten::log2(Tensor self) -> Tensor} */
    public static long log2(long self) {
        CallStack stack = CallStack.enter();
        if (LOG2_OP.direct() != 0) {
            return stack.callDirect(LOG2_OP, self);
        }
        stack.tensor(0, self);
        stack.call(LOG2_OP);
        return stack.get(0);
    }

    /** {@code aten::sin(Tensor self) -> Tensor} */
    public static long sin(long self) {
        CallStack stack = CallStack.enter();
        if (SIN_OP.direct() != 0) {
            return stack.callDirect(SIN_OP, self);
        }
        stack.tensor(0, self);
        stack.call(SIN_OP);
        return stack.get(0);
    }

    /** {@code aten::cos(Tensor self) -> Tensor} */
    public static long cos(long self) {
        CallStack stack = CallStack.enter();
        if (COS_OP.direct() != 0) {
            return stack.callDirect(COS_OP, self);
        }
        stack.tensor(0, self);
        stack.call(COS_OP);
        return stack.get(0);
    }

    /** {@code aten::tan(Tensor self) -> Tensor} */
    public static long tan(long self) {
        CallStack stack = CallStack.enter();
        if (TAN_OP.direct() != 0) {
            return stack.callDirect(TAN_OP, self);
        }
        stack.tensor(0, self);
        stack.call(TAN_OP);
        return stack.get(0);
    }

    /** {@code aten::asin(Tensor self) -> Tensor} */
    public static long asin(long self) {
        CallStack stack = CallStack.enter();
        if (ASIN_OP.direct() != 0) {
            return stack.callDirect(ASIN_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ASIN_OP);
        return stack.get(0);
    }

    /** {@code aten::acos(Tensor self) -> Tensor} */
    public static long acos(long self) {
        CallStack stack = CallStack.enter();
        if (ACOS_OP.direct() != 0) {
            return stack.callDirect(ACOS_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ACOS_OP);
        return stack.get(0);
    }

    /** {@code aten::atan(Tensor self) -> Tensor} */
    public static long atan(long self) {
        CallStack stack = CallStack.enter();
        if (ATAN_OP.direct() != 0) {
            return stack.callDirect(ATAN_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ATAN_OP);
        return stack.get(0);
    }

    /** {@code aten::sinh(Tensor self) -> Tensor} */
    public static long sinh(long self) {
        CallStack stack = CallStack.enter();
        if (SINH_OP.direct() != 0) {
            return stack.callDirect(SINH_OP, self);
        }
        stack.tensor(0, self);
        stack.call(SINH_OP);
        return stack.get(0);
    }

    /** {@code aten::cosh(Tensor self) -> Tensor} */
    public static long cosh(long self) {
        CallStack stack = CallStack.enter();
        if (COSH_OP.direct() != 0) {
            return stack.callDirect(COSH_OP, self);
        }
        stack.tensor(0, self);
        stack.call(COSH_OP);
        return stack.get(0);
    }

    /** {@code aten::tanh(Tensor self) -> Tensor} */
    public static long tanh(long self) {
        CallStack stack = CallStack.enter();
        if (TANH_OP.direct() != 0) {
            return stack.callDirect(TANH_OP, self);
        }
        stack.tensor(0, self);
        stack.call(TANH_OP);
        return stack.get(0);
    }

    /** {@code aten::asinh(Tensor self) -> Tensor} */
    public static long asinh(long self) {
        CallStack stack = CallStack.enter();
        if (ASINH_OP.direct() != 0) {
            return stack.callDirect(ASINH_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ASINH_OP);
        return stack.get(0);
    }

    /** {@code aten::acosh(Tensor self) -> Tensor} */
    public static long acosh(long self) {
        CallStack stack = CallStack.enter();
        if (ACOSH_OP.direct() != 0) {
            return stack.callDirect(ACOSH_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ACOSH_OP);
        return stack.get(0);
    }

    /** {@code aten::atanh(Tensor self) -> Tensor} */
    public static long atanh(long self) {
        CallStack stack = CallStack.enter();
        if (ATANH_OP.direct() != 0) {
            return stack.callDirect(ATANH_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ATANH_OP);
        return stack.get(0);
    }

    /** {@code aten::sigmoid(Tensor self) -> Tensor} */
    public static long sigmoid(long self) {
        CallStack stack = CallStack.enter();
        if (SIGMOID_OP.direct() != 0) {
            return stack.callDirect(SIGMOID_OP, self);
        }
        stack.tensor(0, self);
        stack.call(SIGMOID_OP);
        return stack.get(0);
    }

    /** {@code aten::relu(Tensor self) -> Tensor} */
    public static long relu(long self) {
        CallStack stack = CallStack.enter();
        if (RELU_OP.direct() != 0) {
            return stack.callDirect(RELU_OP, self);
        }
        stack.tensor(0, self);
        stack.call(RELU_OP);
        return stack.get(0);
    }

    /** {@code aten::erf(Tensor self) -> Tensor} */
    public static long erf(long self) {
        CallStack stack = CallStack.enter();
        if (ERF_OP.direct() != 0) {
            return stack.callDirect(ERF_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ERF_OP);
        return stack.get(0);
    }

    /** {@code aten::erfinv(Tensor self) -> Tensor} */
    public static long erfinv(long self) {
        CallStack stack = CallStack.enter();
        if (ERFINV_OP.direct() != 0) {
            return stack.callDirect(ERFINV_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ERFINV_OP);
        return stack.get(0);
    }

    /** {@code aten::reciprocal(Tensor self) -> Tensor} */
    public static long reciprocal(long self) {
        CallStack stack = CallStack.enter();
        if (RECIPROCAL_OP.direct() != 0) {
            return stack.callDirect(RECIPROCAL_OP, self);
        }
        stack.tensor(0, self);
        stack.call(RECIPROCAL_OP);
        return stack.get(0);
    }

    /** {@code aten::rsqrt(Tensor self) -> Tensor} */
    public static long rsqrt(long self) {
        CallStack stack = CallStack.enter();
        if (RSQRT_OP.direct() != 0) {
            return stack.callDirect(RSQRT_OP, self);
        }
        stack.tensor(0, self);
        stack.call(RSQRT_OP);
        return stack.get(0);
    }

    /** {@code aten::isnan(Tensor self) -> Tensor} */
    public static long isnan(long self) {
        CallStack stack = CallStack.enter();
        if (ISNAN_OP.direct() != 0) {
            return stack.callDirect(ISNAN_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ISNAN_OP);
        return stack.get(0);
    }

    /** {@code aten::isinf(Tensor self) -> Tensor} */
    public static long isinf(long self) {
        CallStack stack = CallStack.enter();
        if (ISINF_OP.direct() != 0) {
            return stack.callDirect(ISINF_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ISINF_OP);
        return stack.get(0);
    }

    /** {@code aten::logical_not(Tensor self) -> Tensor} */
    public static long logicalNot(long self) {
        CallStack stack = CallStack.enter();
        if (LOGICAL_NOT_OP.direct() != 0) {
            return stack.callDirect(LOGICAL_NOT_OP, self);
        }
        stack.tensor(0, self);
        stack.call(LOGICAL_NOT_OP);
        return stack.get(0);
    }

    /** {@code aten::bitwise_not(Tensor self) -> Tensor} */
    public static long bitwiseNot(long self) {
        CallStack stack = CallStack.enter();
        if (BITWISE_NOT_OP.direct() != 0) {
            return stack.callDirect(BITWISE_NOT_OP, self);
        }
        stack.tensor(0, self);
        stack.call(BITWISE_NOT_OP);
        return stack.get(0);
    }

    /** {@code aten::clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor} */
    public static long clamp(long self, long min, long max) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.optionalTensor(1, min);
        stack.optionalTensor(2, max);
        stack.call(CLAMP_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::clamp_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None) -> Tensor(a!)} */
    public static void clampInPlace(long self, long min, long max) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.optionalTensor(1, min);
        stack.optionalTensor(2, max);
        stack.call(CLAMP__TENSOR_OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::clamp_min.Tensor(Tensor self, Tensor min) -> Tensor} */
    public static long clampMin(long self, long min) {
        CallStack stack = CallStack.enter();
        if (CLAMP_MIN_TENSOR_OP.direct() != 0) {
            return stack.callDirect(CLAMP_MIN_TENSOR_OP, self, min);
        }
        stack.tensor(0, self);
        stack.tensor(1, min);
        stack.call(CLAMP_MIN_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::clamp_max.Tensor(Tensor self, Tensor max) -> Tensor} */
    public static long clampMax(long self, long max) {
        CallStack stack = CallStack.enter();
        if (CLAMP_MAX_TENSOR_OP.direct() != 0) {
            return stack.callDirect(CLAMP_MAX_TENSOR_OP, self, max);
        }
        stack.tensor(0, self);
        stack.tensor(1, max);
        stack.call(CLAMP_MAX_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor} */
    public static long nanToNum(long self, Double nan, Double posinf, Double neginf) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optional(nan));
        stack.put(2, Values.optional(posinf));
        stack.put(3, Values.optional(neginf));
        stack.call(NAN_TO_NUM_OP);
        return stack.get(0);
    }

    /** {@code aten::where.self(Tensor condition, Tensor self, Tensor other) -> Tensor} */
    public static long where(long condition, long self, long other) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, condition);
        stack.tensor(1, self);
        stack.tensor(2, other);
        stack.call(WHERE_SELF_OP);
        return stack.get(0);
    }

    /** {@code aten::masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor} */
    public static long maskedFill(long self, long mask, long value) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.tensor(1, mask);
        stack.tensor(2, value);
        stack.call(MASKED_FILL_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::masked_fill_.Tensor(Tensor(a!) self, Tensor mask, Tensor value) -> Tensor(a!)} */
    public static void maskedFillInPlace(long self, long mask, long value) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.tensor(1, mask);
        stack.tensor(2, value);
        stack.call(MASKED_FILL__TENSOR_OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor} */
    public static long lerp(long self, long end, long weight) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.tensor(1, end);
        stack.tensor(2, weight);
        stack.call(LERP_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::sum(Tensor self, *, ScalarType? dtype=None) -> Tensor} */
    public static long sumAll(long self, int dtype) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalEnum(dtype));
        stack.call(SUM_OP);
        return stack.get(0);
    }

    /** {@code aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor} */
    public static long sum(long self, long[] dim, boolean keepdim, int dtype) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim == null ? Values.NONE : Values.some(Values.list(dim)));
        stack.put(2, Values.of(keepdim));
        stack.put(3, Values.optionalEnum(dtype));
        stack.call(SUM_DIM_INTLIST_OP);
        return stack.get(0);
    }

    /** {@code aten::mean(Tensor self, *, ScalarType? dtype=None) -> Tensor} */
    public static long meanAll(long self, int dtype) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalEnum(dtype));
        stack.call(MEAN_OP);
        return stack.get(0);
    }

    /** {@code aten::mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor} */
    public static long mean(long self, long[] dim, boolean keepdim, int dtype) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim == null ? Values.NONE : Values.some(Values.list(dim)));
        stack.put(2, Values.of(keepdim));
        stack.put(3, Values.optionalEnum(dtype));
        stack.call(MEAN_DIM_OP);
        return stack.get(0);
    }

    /** {@code aten::prod(Tensor self, *, ScalarType? dtype=None) -> Tensor} */
    public static long prodAll(long self, int dtype) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalEnum(dtype));
        stack.call(PROD_OP);
        return stack.get(0);
    }

    /** {@code aten::prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor} */
    public static long prod(long self, long dim, boolean keepdim, int dtype) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.of(keepdim));
        stack.put(3, Values.optionalEnum(dtype));
        stack.call(PROD_DIM_INT_OP);
        return stack.get(0);
    }

    /** {@code aten::max(Tensor self) -> Tensor} */
    public static long maxAll(long self) {
        CallStack stack = CallStack.enter();
        if (MAX_OP.direct() != 0) {
            return stack.callDirect(MAX_OP, self);
        }
        stack.tensor(0, self);
        stack.call(MAX_OP);
        return stack.get(0);
    }

    /** {@code aten::min(Tensor self) -> Tensor} */
    public static long minAll(long self) {
        CallStack stack = CallStack.enter();
        if (MIN_OP.direct() != 0) {
            return stack.callDirect(MIN_OP, self);
        }
        stack.tensor(0, self);
        stack.call(MIN_OP);
        return stack.get(0);
    }

    /** {@code aten::amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor} */
    public static long amax(long self, long[] dim, boolean keepdim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(dim));
        stack.put(2, Values.of(keepdim));
        stack.call(AMAX_OP);
        return stack.get(0);
    }

    /** {@code aten::amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor} */
    public static long amin(long self, long[] dim, boolean keepdim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(dim));
        stack.put(2, Values.of(keepdim));
        stack.call(AMIN_OP);
        return stack.get(0);
    }

    /** {@code aten::max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)} */
    public static long[] maxAlong(long self, long dim, boolean keepdim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.of(keepdim));
        stack.call(MAX_DIM_OP);
        return new long[] {stack.get(0), stack.get(1)};
    }

    /** {@code aten::min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)} */
    public static long[] minAlong(long self, long dim, boolean keepdim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.of(keepdim));
        stack.call(MIN_DIM_OP);
        return new long[] {stack.get(0), stack.get(1)};
    }

    /** {@code aten::any(Tensor self) -> Tensor} */
    public static long anyAll(long self) {
        CallStack stack = CallStack.enter();
        if (ANY_OP.direct() != 0) {
            return stack.callDirect(ANY_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ANY_OP);
        return stack.get(0);
    }

    /** {@code aten::all(Tensor self) -> Tensor} */
    public static long allAll(long self) {
        CallStack stack = CallStack.enter();
        if (ALL_OP.direct() != 0) {
            return stack.callDirect(ALL_OP, self);
        }
        stack.tensor(0, self);
        stack.call(ALL_OP);
        return stack.get(0);
    }

    /** {@code aten::any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor} */
    public static long any(long self, long dim, boolean keepdim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.of(keepdim));
        stack.call(ANY_DIM_OP);
        return stack.get(0);
    }

    /** {@code aten::all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor} */
    public static long all(long self, long dim, boolean keepdim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.of(keepdim));
        stack.call(ALL_DIM_OP);
        return stack.get(0);
    }

    /** {@code aten::argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor} */
    public static long argmax(long self, Long dim, boolean keepdim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optional(dim));
        stack.put(2, Values.of(keepdim));
        stack.call(ARGMAX_OP);
        return stack.get(0);
    }

    /** {@code aten::argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor} */
    public static long argmin(long self, Long dim, boolean keepdim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optional(dim));
        stack.put(2, Values.of(keepdim));
        stack.call(ARGMIN_OP);
        return stack.get(0);
    }

    /** {@code aten::std.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor} */
    public static long std(long self, long[] dim, boolean keepdim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim == null ? Values.NONE : Values.some(Values.list(dim)));
        stack.put(2, Values.NONE);
        stack.put(3, Values.of(keepdim));
        stack.call(STD_CORRECTION_OP);
        return stack.get(0);
    }

    /** {@code aten::var.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor} */
    public static long var(long self, long[] dim, boolean keepdim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim == null ? Values.NONE : Values.some(Values.list(dim)));
        stack.put(2, Values.NONE);
        stack.put(3, Values.of(keepdim));
        stack.call(VAR_CORRECTION_OP);
        return stack.get(0);
    }

    /** {@code aten::norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor} */
    public static long norm2(long self, long[] dim, boolean keepdim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.NONE);
        stack.put(2, Values.list(dim));
        stack.put(3, Values.of(keepdim));
        stack.call(NORM_SCALAROPT_DIM_OP);
        return stack.get(0);
    }

    /** {@code aten::cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor} */
    public static long cumsum(long self, long dim, int dtype) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.optionalEnum(dtype));
        stack.call(CUMSUM_OP);
        return stack.get(0);
    }

    /** {@code aten::cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor} */
    public static long cumprod(long self, long dim, int dtype) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.optionalEnum(dtype));
        stack.call(CUMPROD_OP);
        return stack.get(0);
    }

    /** {@code aten::median.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)} */
    public static long[] median(long self, long dim, boolean keepdim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.of(keepdim));
        stack.call(MEDIAN_DIM_OP);
        return new long[] {stack.get(0), stack.get(1)};
    }

    /** {@code aten::quantile.scalar(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor} */
    public static long quantile(long self, double q, Long dim, boolean keepdim, String interpolation) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.of(q));
        stack.put(2, Values.optional(dim));
        stack.put(3, Values.of(keepdim));
        stack.put(4, Values.string(interpolation));
        stack.call(QUANTILE_SCALAR_OP);
        return stack.get(0);
    }

    /** {@code aten::count_nonzero.dim_IntList(Tensor self, int[] dim) -> Tensor} */
    public static long countNonzero(long self, long[] dim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(dim));
        stack.call(COUNT_NONZERO_DIM_INTLIST_OP);
        return stack.get(0);
    }

    /** {@code aten::logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor} */
    public static long logsumexp(long self, long[] dim, boolean keepdim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(dim));
        stack.put(2, Values.of(keepdim));
        stack.call(LOGSUMEXP_OP);
        return stack.get(0);
    }

    /** {@code aten::diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor} */
    public static long diff(long self, long n, long dim, long prepend, long append) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, n);
        stack.put(2, dim);
        stack.optionalTensor(3, prepend);
        stack.optionalTensor(4, append);
        stack.call(DIFF_OP);
        return stack.get(0);
    }

    /** {@code aten::mm(Tensor self, Tensor mat2) -> Tensor} */
    public static long mm(long self, long mat2) {
        CallStack stack = CallStack.enter();
        if (MM_OP.direct() != 0) {
            return stack.callDirect(MM_OP, self, mat2);
        }
        stack.tensor(0, self);
        stack.tensor(1, mat2);
        stack.call(MM_OP);
        return stack.get(0);
    }

    /** {@code aten::bmm(Tensor self, Tensor mat2) -> Tensor} */
    public static long bmm(long self, long mat2) {
        CallStack stack = CallStack.enter();
        if (BMM_OP.direct() != 0) {
            return stack.callDirect(BMM_OP, self, mat2);
        }
        stack.tensor(0, self);
        stack.tensor(1, mat2);
        stack.call(BMM_OP);
        return stack.get(0);
    }

    /** {@code aten::matmul(Tensor self, Tensor other) -> Tensor} */
    public static long matmul(long self, long other) {
        CallStack stack = CallStack.enter();
        if (MATMUL_OP.direct() != 0) {
            return stack.callDirect(MATMUL_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(MATMUL_OP);
        return stack.get(0);
    }

    /** {@code aten::dot(Tensor self, Tensor tensor) -> Tensor} */
    public static long dot(long self, long tensor) {
        CallStack stack = CallStack.enter();
        if (DOT_OP.direct() != 0) {
            return stack.callDirect(DOT_OP, self, tensor);
        }
        stack.tensor(0, self);
        stack.tensor(1, tensor);
        stack.call(DOT_OP);
        return stack.get(0);
    }

    /** {@code aten::mv(Tensor self, Tensor vec) -> Tensor} */
    public static long mv(long self, long vec) {
        CallStack stack = CallStack.enter();
        if (MV_OP.direct() != 0) {
            return stack.callDirect(MV_OP, self, vec);
        }
        stack.tensor(0, self);
        stack.tensor(1, vec);
        stack.call(MV_OP);
        return stack.get(0);
    }

    /** {@code aten::linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor} */
    public static long linear(long input, long weight, long bias) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, input);
        stack.tensor(1, weight);
        stack.optionalTensor(2, bias);
        stack.call(LINEAR_OP);
        return stack.get(0);
    }

    /** {@code aten::linalg_inv(Tensor A) -> Tensor} */
    public static long linalgInv(long A) {
        CallStack stack = CallStack.enter();
        if (LINALG_INV_OP.direct() != 0) {
            return stack.callDirect(LINALG_INV_OP, A);
        }
        stack.tensor(0, A);
        stack.call(LINALG_INV_OP);
        return stack.get(0);
    }

    /** {@code aten::linalg_matrix_norm.str_ord(Tensor self, str ord="fro", int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor} */
    public static long linalgMatrixNorm(long self, String ord, long[] dim, boolean keepdim, int dtype) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.string(ord));
        stack.put(2, Values.list(dim));
        stack.put(3, Values.of(keepdim));
        stack.put(4, Values.optionalEnum(dtype));
        stack.call(LINALG_MATRIX_NORM_STR_ORD_OP);
        return stack.get(0);
    }

    /** {@code aten::einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor} */
    public static long einsum(String equation, long[] tensors, long[] path) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.string(equation));
        stack.put(1, Values.tensors(tensors));
        stack.put(2, path == null ? Values.NONE : Values.some(Values.list(path)));
        stack.call(EINSUM_OP);
        return stack.get(0);
    }

    /** {@code aten::tensordot(Tensor self, Tensor other, int[] dims_self, int[] dims_other) -> Tensor} */
    public static long tensordot(long self, long other, long[] dimsSelf, long[] dimsOther) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.put(2, Values.list(dimsSelf));
        stack.put(3, Values.list(dimsOther));
        stack.call(TENSORDOT_OP);
        return stack.get(0);
    }

    /** {@code aten::reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)} */
    public static long reshape(long self, long[] shape) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(shape));
        stack.call(RESHAPE_OP);
        return stack.get(0);
    }

    /** {@code aten::view(Tensor(a) self, SymInt[] size) -> Tensor(a)} */
    public static long view(long self, long[] size) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(size));
        stack.call(VIEW_OP);
        return stack.get(0);
    }

    /** {@code aten::view.dtype(Tensor(a) self, ScalarType dtype) -> Tensor(a)} */
    public static long viewAsType(long self, int dtype) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dtype);
        stack.call(VIEW_DTYPE_OP);
        return stack.get(0);
    }

    /** {@code aten::view_as_real(Tensor(a) self) -> Tensor(a)} */
    public static long viewAsReal(long self) {
        CallStack stack = CallStack.enter();
        if (VIEW_AS_REAL_OP.direct() != 0) {
            return stack.callDirect(VIEW_AS_REAL_OP, self);
        }
        stack.tensor(0, self);
        stack.call(VIEW_AS_REAL_OP);
        return stack.get(0);
    }

    /** {@code aten::view_as_complex(Tensor(a) self) -> Tensor(a)} */
    public static long viewAsComplex(long self) {
        CallStack stack = CallStack.enter();
        if (VIEW_AS_COMPLEX_OP.direct() != 0) {
            return stack.callDirect(VIEW_AS_COMPLEX_OP, self);
        }
        stack.tensor(0, self);
        stack.call(VIEW_AS_COMPLEX_OP);
        return stack.get(0);
    }

    /** {@code aten::real(Tensor(a) self) -> Tensor(a)} */
    public static long real(long self) {
        CallStack stack = CallStack.enter();
        if (REAL_OP.direct() != 0) {
            return stack.callDirect(REAL_OP, self);
        }
        stack.tensor(0, self);
        stack.call(REAL_OP);
        return stack.get(0);
    }

    /** {@code aten::imag(Tensor(a) self) -> Tensor(a)} */
    public static long imag(long self) {
        CallStack stack = CallStack.enter();
        if (IMAG_OP.direct() != 0) {
            return stack.callDirect(IMAG_OP, self);
        }
        stack.tensor(0, self);
        stack.call(IMAG_OP);
        return stack.get(0);
    }

    /** {@code aten::conj(Tensor(a) self) -> Tensor(a)} */
    public static long conj(long self) {
        CallStack stack = CallStack.enter();
        if (CONJ_OP.direct() != 0) {
            return stack.callDirect(CONJ_OP, self);
        }
        stack.tensor(0, self);
        stack.call(CONJ_OP);
        return stack.get(0);
    }

    /** {@code aten::_conj_physical(Tensor self) -> Tensor} */
    public static long conjPhysical(long self) {
        CallStack stack = CallStack.enter();
        if (_CONJ_PHYSICAL_OP.direct() != 0) {
            return stack.callDirect(_CONJ_PHYSICAL_OP, self);
        }
        stack.tensor(0, self);
        stack.call(_CONJ_PHYSICAL_OP);
        return stack.get(0);
    }

    /** {@code aten::resolve_conj(Tensor(a) self) -> Tensor(a)} */
    public static long resolveConj(long self) {
        CallStack stack = CallStack.enter();
        if (RESOLVE_CONJ_OP.direct() != 0) {
            return stack.callDirect(RESOLVE_CONJ_OP, self);
        }
        stack.tensor(0, self);
        stack.call(RESOLVE_CONJ_OP);
        return stack.get(0);
    }

    /** {@code aten::transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)} */
    public static long transpose(long self, long dim0, long dim1) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim0);
        stack.put(2, dim1);
        stack.call(TRANSPOSE_INT_OP);
        return stack.get(0);
    }

    /** {@code aten::permute(Tensor(a) self, int[] dims) -> Tensor(a)} */
    public static long permute(long self, long[] dims) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(dims));
        stack.call(PERMUTE_OP);
        return stack.get(0);
    }

    /** {@code aten::expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)} */
    public static long expand(long self, long[] size, boolean implicit) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(size));
        stack.put(2, Values.of(implicit));
        stack.call(EXPAND_OP);
        return stack.get(0);
    }

    /** {@code aten::squeeze(Tensor(a) self) -> Tensor(a)} */
    public static long squeezeAll(long self) {
        CallStack stack = CallStack.enter();
        if (SQUEEZE_OP.direct() != 0) {
            return stack.callDirect(SQUEEZE_OP, self);
        }
        stack.tensor(0, self);
        stack.call(SQUEEZE_OP);
        return stack.get(0);
    }

    /** {@code aten::squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)} */
    public static long squeeze(long self, long dim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.call(SQUEEZE_DIM_OP);
        return stack.get(0);
    }

    /** {@code aten::squeeze.dims(Tensor(a) self, int[] dim) -> Tensor(a)} */
    public static long squeeze(long self, long[] dim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(dim));
        stack.call(SQUEEZE_DIMS_OP);
        return stack.get(0);
    }

    /** {@code aten::unsqueeze(Tensor(a) self, int dim) -> Tensor(a)} */
    public static long unsqueeze(long self, long dim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.call(UNSQUEEZE_OP);
        return stack.get(0);
    }

    /** {@code aten::flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)} */
    public static long flatten(long self, long startDim, long endDim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, startDim);
        stack.put(2, endDim);
        stack.call(FLATTEN_USING_INTS_OP);
        return stack.get(0);
    }

    /** {@code aten::slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)} */
    public static long slice(long self, long dim, Long start, Long end, long step) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.optional(start));
        stack.put(3, Values.optional(end));
        stack.put(4, step);
        stack.call(SLICE_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)} */
    public static long select(long self, long dim, long index) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, index);
        stack.call(SELECT_INT_OP);
        return stack.get(0);
    }

    /** {@code aten::narrow(Tensor(a) self, int dim, SymInt start, SymInt length) -> Tensor(a)} */
    public static long narrow(long self, long dim, long start, long length) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, start);
        stack.put(3, length);
        stack.call(NARROW_OP);
        return stack.get(0);
    }

    /** {@code aten::split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]} */
    public static long[] split(long self, long splitSize, long dim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, splitSize);
        stack.put(2, dim);
        stack.call(SPLIT_TENSOR_OP);
        return Values.takeTensors(stack.get(0));
    }

    /** {@code aten::split_with_sizes(Tensor(a -> *) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]} */
    public static long[] splitWithSizes(long self, long[] splitSizes, long dim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(splitSizes));
        stack.put(2, dim);
        stack.call(SPLIT_WITH_SIZES_OP);
        return Values.takeTensors(stack.get(0));
    }

    /** {@code aten::cat(Tensor[] tensors, int dim=0) -> Tensor} */
    public static long cat(long[] tensors, long dim) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.tensors(tensors));
        stack.put(1, dim);
        stack.call(CAT_OP);
        return stack.get(0);
    }

    /** {@code aten::stack(Tensor[] tensors, int dim=0) -> Tensor} */
    public static long stack(long[] tensors, long dim) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.tensors(tensors));
        stack.put(1, dim);
        stack.call(STACK_OP);
        return stack.get(0);
    }

    /** {@code aten::tile(Tensor self, SymInt[] dims) -> Tensor} */
    public static long tile(long self, long[] dims) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(dims));
        stack.call(TILE_OP);
        return stack.get(0);
    }

    /** {@code aten::repeat(Tensor self, SymInt[] repeats) -> Tensor} */
    public static long repeat(long self, long[] repeats) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(repeats));
        stack.call(REPEAT_OP);
        return stack.get(0);
    }

    /** {@code aten::repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor} */
    public static long repeatInterleave(long self, long repeats, Long dim, Long outputSize) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, repeats);
        stack.put(2, Values.optional(dim));
        stack.put(3, Values.optional(outputSize));
        stack.call(REPEAT_INTERLEAVE_SELF_INT_OP);
        return stack.get(0);
    }

    /** {@code aten::repeat_interleave.Tensor(Tensor repeats, *, SymInt? output_size=None) -> Tensor} */
    public static long repeatInterleaveIndices(long repeats, Long outputSize) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, repeats);
        stack.put(1, Values.optional(outputSize));
        stack.call(REPEAT_INTERLEAVE_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::flip(Tensor self, int[] dims) -> Tensor} */
    public static long flip(long self, long[] dims) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(dims));
        stack.call(FLIP_OP);
        return stack.get(0);
    }

    /** {@code aten::roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor} */
    public static long roll(long self, long[] shifts, long[] dims) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(shifts));
        stack.put(2, Values.list(dims));
        stack.call(ROLL_OP);
        return stack.get(0);
    }

    /** {@code aten::rot90(Tensor self, int k=1, int[] dims=[0, 1]) -> Tensor} */
    public static long rot90(long self, long k, long[] dims) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, k);
        stack.put(2, Values.list(dims));
        stack.call(ROT90_OP);
        return stack.get(0);
    }

    /** {@code aten::diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)} */
    public static long diagonal(long self, long offset, long dim1, long dim2) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, offset);
        stack.put(2, dim1);
        stack.put(3, dim2);
        stack.call(DIAGONAL_OP);
        return stack.get(0);
    }

    /** {@code aten::tril(Tensor self, SymInt diagonal=0) -> Tensor} */
    public static long tril(long self, long diagonal) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, diagonal);
        stack.call(TRIL_OP);
        return stack.get(0);
    }

    /** {@code aten::triu(Tensor self, SymInt diagonal=0) -> Tensor} */
    public static long triu(long self, long diagonal) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, diagonal);
        stack.call(TRIU_OP);
        return stack.get(0);
    }

    /** {@code aten::as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a)} */
    public static long asStrided(long self, long[] size, long[] stride, Long storageOffset) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(size));
        stack.put(2, Values.list(stride));
        stack.put(3, Values.optional(storageOffset));
        stack.call(AS_STRIDED_OP);
        return stack.get(0);
    }

    /** {@code aten::contiguous(Tensor(a) self, *, MemoryFormat memory_format=0) -> Tensor(a)} */
    public static long contiguous(long self, int memoryFormat) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, memoryFormat);
        stack.call(CONTIGUOUS_OP);
        return stack.get(0);
    }

    /** {@code aten::clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor} */
    public static long clone(long self, int memoryFormat) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalEnum(memoryFormat));
        stack.call(CLONE_OP);
        return stack.get(0);
    }

    /** {@code aten::pad(Tensor self, SymInt[] pad, str mode="constant", float? value=None) -> Tensor} */
    public static long pad(long self, long[] pad, String mode, Double value) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(pad));
        stack.put(2, Values.string(mode));
        stack.put(3, Values.optional(value));
        stack.call(PAD_OP);
        return stack.get(0);
    }

    /** {@code aten::unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)} */
    public static long unfold(long self, long dimension, long size, long step) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dimension);
        stack.put(2, size);
        stack.put(3, step);
        stack.call(UNFOLD_OP);
        return stack.get(0);
    }

    /** {@code aten::trace(Tensor self) -> Tensor} */
    public static long trace(long self) {
        CallStack stack = CallStack.enter();
        if (TRACE_OP.direct() != 0) {
            return stack.callDirect(TRACE_OP, self);
        }
        stack.tensor(0, self);
        stack.call(TRACE_OP);
        return stack.get(0);
    }

    /** {@code aten::kron(Tensor self, Tensor other) -> Tensor} */
    public static long kron(long self, long other) {
        CallStack stack = CallStack.enter();
        if (KRON_OP.direct() != 0) {
            return stack.callDirect(KRON_OP, self, other);
        }
        stack.tensor(0, self);
        stack.tensor(1, other);
        stack.call(KRON_OP);
        return stack.get(0);
    }

    /** {@code aten::meshgrid.indexing(Tensor[] tensors, *, str indexing) -> Tensor[]} */
    public static long[] meshgrid(long[] tensors, String indexing) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.tensors(tensors));
        stack.put(1, Values.string(indexing));
        stack.call(MESHGRID_INDEXING_OP);
        return Values.takeTensors(stack.get(0));
    }

    /** {@code aten::unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]} */
    public static long[] unbind(long self, long dim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.call(UNBIND_INT_OP);
        return Values.takeTensors(stack.get(0));
    }

    /** {@code aten::gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor} */
    public static long gather(long self, long dim, long index, boolean sparseGrad) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.tensor(2, index);
        stack.put(3, Values.of(sparseGrad));
        stack.call(GATHER_OP);
        return stack.get(0);
    }

    /** {@code aten::take(Tensor self, Tensor index) -> Tensor} */
    public static long take(long self, long index) {
        CallStack stack = CallStack.enter();
        if (TAKE_OP.direct() != 0) {
            return stack.callDirect(TAKE_OP, self, index);
        }
        stack.tensor(0, self);
        stack.tensor(1, index);
        stack.call(TAKE_OP);
        return stack.get(0);
    }

    /** {@code aten::put(Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor} */
    public static long put(long self, long index, long source, boolean accumulate) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.tensor(1, index);
        stack.tensor(2, source);
        stack.put(3, Values.of(accumulate));
        stack.call(PUT_OP);
        return stack.get(0);
    }

    /** {@code aten::scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor} */
    public static long scatter(long self, long dim, long index, long src) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.tensor(2, index);
        stack.tensor(3, src);
        stack.call(SCATTER_SRC_OP);
        return stack.get(0);
    }

    /** {@code aten::scatter_.src(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)} */
    public static void scatterInPlace(long self, long dim, long index, long src) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.tensor(2, index);
        stack.tensor(3, src);
        stack.call(SCATTER__SRC_OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor} */
    public static long scatterAdd(long self, long dim, long index, long src) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.tensor(2, index);
        stack.tensor(3, src);
        stack.call(SCATTER_ADD_OP);
        return stack.get(0);
    }

    /** {@code aten::index.Tensor(Tensor self, Tensor?[] indices) -> Tensor} */
    public static long index(long self, long[] indices) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalTensors(indices));
        stack.call(INDEX_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor} */
    public static long indexPut(long self, long[] indices, long values, boolean accumulate) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalTensors(indices));
        stack.tensor(2, values);
        stack.put(3, Values.of(accumulate));
        stack.call(INDEX_PUT_OP);
        return stack.get(0);
    }

    /** {@code aten::index_put_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor(a!)} */
    public static void indexPutInPlace(long self, long[] indices, long values, boolean accumulate) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalTensors(indices));
        stack.tensor(2, values);
        stack.put(3, Values.of(accumulate));
        stack.call(INDEX_PUT__OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::index_select(Tensor self, int dim, Tensor index) -> Tensor} */
    public static long indexSelect(long self, long dim, long index) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.tensor(2, index);
        stack.call(INDEX_SELECT_OP);
        return stack.get(0);
    }

    /** {@code aten::masked_select(Tensor self, Tensor mask) -> Tensor} */
    public static long maskedSelect(long self, long mask) {
        CallStack stack = CallStack.enter();
        if (MASKED_SELECT_OP.direct() != 0) {
            return stack.callDirect(MASKED_SELECT_OP, self, mask);
        }
        stack.tensor(0, self);
        stack.tensor(1, mask);
        stack.call(MASKED_SELECT_OP);
        return stack.get(0);
    }

    /** {@code aten::masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor} */
    public static long maskedScatter(long self, long mask, long source) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.tensor(1, mask);
        stack.tensor(2, source);
        stack.call(MASKED_SCATTER_OP);
        return stack.get(0);
    }

    /** {@code aten::masked_scatter_(Tensor(a!) self, Tensor mask, Tensor source) -> Tensor(a!)} */
    public static void maskedScatterInPlace(long self, long mask, long source) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.tensor(1, mask);
        stack.tensor(2, source);
        stack.call(MASKED_SCATTER__OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::nonzero(Tensor self) -> Tensor} */
    public static long nonzero(long self) {
        CallStack stack = CallStack.enter();
        if (NONZERO_OP.direct() != 0) {
            return stack.callDirect(NONZERO_OP, self);
        }
        stack.tensor(0, self);
        stack.call(NONZERO_OP);
        return stack.get(0);
    }

    /** {@code aten::sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)} */
    public static long[] sort(long self, long dim, boolean descending) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.of(descending));
        stack.call(SORT_OP);
        return new long[] {stack.get(0), stack.get(1)};
    }

    /** {@code aten::argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor} */
    public static long argsort(long self, long dim, boolean descending) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.of(descending));
        stack.call(ARGSORT_OP);
        return stack.get(0);
    }

    /** {@code aten::topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)} */
    public static long[] topk(long self, long k, long dim, boolean largest, boolean sorted) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, k);
        stack.put(2, dim);
        stack.put(3, Values.of(largest));
        stack.put(4, Values.of(sorted));
        stack.call(TOPK_OP);
        return new long[] {stack.get(0), stack.get(1)};
    }

    /** {@code aten::_unique2(Tensor self, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)} */
    public static long[] unique2(long self, boolean sorted, boolean returnInverse, boolean returnCounts) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.of(sorted));
        stack.put(2, Values.of(returnInverse));
        stack.put(3, Values.of(returnCounts));
        stack.call(_UNIQUE2_OP);
        return new long[] {stack.get(0), stack.get(1), stack.get(2)};
    }

    /** {@code aten::unique_dim(Tensor self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)} */
    public static long[] uniqueDim(long self, long dim, boolean sorted, boolean returnInverse, boolean returnCounts) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.of(sorted));
        stack.put(3, Values.of(returnInverse));
        stack.put(4, Values.of(returnCounts));
        stack.call(UNIQUE_DIM_OP);
        return new long[] {stack.get(0), stack.get(1), stack.get(2)};
    }

    /** {@code aten::one_hot(Tensor self, int num_classes=-1) -> Tensor} */
    public static long oneHot(long self, long numClasses) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, numClasses);
        stack.call(ONE_HOT_OP);
        return stack.get(0);
    }

    /** {@code aten::searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor} */
    public static long searchsorted(long sortedSequence, long self, boolean outInt32, boolean right, String side, long sorter) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, sortedSequence);
        stack.tensor(1, self);
        stack.put(2, Values.of(outInt32));
        stack.put(3, Values.of(right));
        stack.put(4, Values.optional(side));
        stack.optionalTensor(5, sorter);
        stack.call(SEARCHSORTED_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::bincount(Tensor self, Tensor? weights=None, SymInt minlength=0) -> Tensor} */
    public static long bincount(long self, long weights, long minlength) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.optionalTensor(1, weights);
        stack.put(2, minlength);
        stack.call(BINCOUNT_OP);
        return stack.get(0);
    }

    /** {@code aten::empty.memory_format(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor} */
    public static long empty(long[] size, int dtype, int layout, long device, Boolean pinMemory, int memoryFormat) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.list(size));
        stack.put(1, Values.optionalEnum(dtype));
        stack.put(2, Values.optionalEnum(layout));
        stack.put(3, Values.optionalDevice(device));
        stack.put(4, Values.optional(pinMemory));
        stack.put(5, Values.optionalEnum(memoryFormat));
        stack.call(EMPTY_MEMORY_FORMAT_OP);
        return stack.get(0);
    }

    /** {@code aten::zeros(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor} */
    public static long zeros(long[] size, int dtype, int layout, long device, Boolean pinMemory) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.list(size));
        stack.put(1, Values.optionalEnum(dtype));
        stack.put(2, Values.optionalEnum(layout));
        stack.put(3, Values.optionalDevice(device));
        stack.put(4, Values.optional(pinMemory));
        stack.call(ZEROS_OP);
        return stack.get(0);
    }

    /** {@code aten::ones(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor} */
    public static long ones(long[] size, int dtype, int layout, long device, Boolean pinMemory) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.list(size));
        stack.put(1, Values.optionalEnum(dtype));
        stack.put(2, Values.optionalEnum(layout));
        stack.put(3, Values.optionalDevice(device));
        stack.put(4, Values.optional(pinMemory));
        stack.call(ONES_OP);
        return stack.get(0);
    }

    /** {@code aten::zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor} */
    public static long zerosLike(long self, int dtype, int layout, long device, Boolean pinMemory, int memoryFormat) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalEnum(dtype));
        stack.put(2, Values.optionalEnum(layout));
        stack.put(3, Values.optionalDevice(device));
        stack.put(4, Values.optional(pinMemory));
        stack.put(5, Values.optionalEnum(memoryFormat));
        stack.call(ZEROS_LIKE_OP);
        return stack.get(0);
    }

    /** {@code aten::ones_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor} */
    public static long onesLike(long self, int dtype, int layout, long device, Boolean pinMemory, int memoryFormat) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalEnum(dtype));
        stack.put(2, Values.optionalEnum(layout));
        stack.put(3, Values.optionalDevice(device));
        stack.put(4, Values.optional(pinMemory));
        stack.put(5, Values.optionalEnum(memoryFormat));
        stack.call(ONES_LIKE_OP);
        return stack.get(0);
    }

    /** {@code aten::empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor} */
    public static long emptyLike(long self, int dtype, int layout, long device, Boolean pinMemory, int memoryFormat) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalEnum(dtype));
        stack.put(2, Values.optionalEnum(layout));
        stack.put(3, Values.optionalDevice(device));
        stack.put(4, Values.optional(pinMemory));
        stack.put(5, Values.optionalEnum(memoryFormat));
        stack.call(EMPTY_LIKE_OP);
        return stack.get(0);
    }

    /** {@code aten::eye.m(SymInt n, SymInt m, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor} */
    public static long eye(long n, long m, int dtype, int layout, long device, Boolean pinMemory) {
        CallStack stack = CallStack.enter();
        stack.put(0, n);
        stack.put(1, m);
        stack.put(2, Values.optionalEnum(dtype));
        stack.put(3, Values.optionalEnum(layout));
        stack.put(4, Values.optionalDevice(device));
        stack.put(5, Values.optional(pinMemory));
        stack.call(EYE_M_OP);
        return stack.get(0);
    }

    /** {@code aten::randn(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor} */
    public static long randn(long[] size, int dtype, int layout, long device, Boolean pinMemory) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.list(size));
        stack.put(1, Values.optionalEnum(dtype));
        stack.put(2, Values.optionalEnum(layout));
        stack.put(3, Values.optionalDevice(device));
        stack.put(4, Values.optional(pinMemory));
        stack.call(RANDN_OP);
        return stack.get(0);
    }

    /** {@code aten::rand(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor} */
    public static long rand(long[] size, int dtype, int layout, long device, Boolean pinMemory) {
        CallStack stack = CallStack.enter();
        stack.put(0, Values.list(size));
        stack.put(1, Values.optionalEnum(dtype));
        stack.put(2, Values.optionalEnum(layout));
        stack.put(3, Values.optionalDevice(device));
        stack.put(4, Values.optional(pinMemory));
        stack.call(RAND_OP);
        return stack.get(0);
    }

    /** {@code aten::randint.low(SymInt low, SymInt high, SymInt[] size, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor} */
    public static long randint(long low, long high, long[] size, int dtype, int layout, long device, Boolean pinMemory) {
        CallStack stack = CallStack.enter();
        stack.put(0, low);
        stack.put(1, high);
        stack.put(2, Values.list(size));
        stack.put(3, Values.optionalEnum(dtype));
        stack.put(4, Values.optionalEnum(layout));
        stack.put(5, Values.optionalDevice(device));
        stack.put(6, Values.optional(pinMemory));
        stack.call(RANDINT_LOW_OP);
        return stack.get(0);
    }

    /** {@code aten::randperm(SymInt n, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor} */
    public static long randperm(long n, int dtype, int layout, long device, Boolean pinMemory) {
        CallStack stack = CallStack.enter();
        stack.put(0, n);
        stack.put(1, Values.optionalEnum(dtype));
        stack.put(2, Values.optionalEnum(layout));
        stack.put(3, Values.optionalDevice(device));
        stack.put(4, Values.optional(pinMemory));
        stack.call(RANDPERM_OP);
        return stack.get(0);
    }

    /** {@code aten::normal_(Tensor(a!) self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor(a!)} */
    public static void normalInPlace(long self, double mean, double std, long generator) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.of(mean));
        stack.put(2, Values.of(std));
        stack.put(3, generator == 0 ? Values.NONE : Values.some(generator));
        stack.call(NORMAL__OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::uniform_(Tensor(a!) self, float from=0., float to=1., *, Generator? generator=None) -> Tensor(a!)} */
    public static void uniformInPlace(long self, double from, double to, long generator) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.of(from));
        stack.put(2, Values.of(to));
        stack.put(3, generator == 0 ? Values.NONE : Values.some(generator));
        stack.call(UNIFORM__OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::bernoulli.p(Tensor self, float p, *, Generator? generator=None) -> Tensor} */
    public static long bernoulli(long self, double p, long generator) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.of(p));
        stack.put(2, generator == 0 ? Values.NONE : Values.some(generator));
        stack.call(BERNOULLI_P_OP);
        return stack.get(0);
    }

    /** {@code aten::bernoulli_.float(Tensor(a!) self, float p=0.5, *, Generator? generator=None) -> Tensor(a!)} */
    public static void bernoulliInPlace(long self, double p, long generator) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.of(p));
        stack.put(2, generator == 0 ? Values.NONE : Values.some(generator));
        stack.call(BERNOULLI__FLOAT_OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::random_.from(Tensor(a!) self, int from, int? to, *, Generator? generator=None) -> Tensor(a!)} */
    public static void randomFromInPlace(long self, long from, Long to, long generator) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, from);
        stack.put(2, Values.optional(to));
        stack.put(3, generator == 0 ? Values.NONE : Values.some(generator));
        stack.call(RANDOM__FROM_OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::multinomial(Tensor self, SymInt num_samples, bool replacement=False, *, Generator? generator=None) -> Tensor} */
    public static long multinomial(long self, long numSamples, boolean replacement, long generator) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, numSamples);
        stack.put(2, Values.of(replacement));
        stack.put(3, generator == 0 ? Values.NONE : Values.some(generator));
        stack.call(MULTINOMIAL_OP);
        return stack.get(0);
    }

    /** {@code aten::normal.Tensor_Tensor(Tensor mean, Tensor std, *, Generator? generator=None) -> Tensor} */
    public static long normalTensors(long mean, long std, long generator) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, mean);
        stack.tensor(1, std);
        stack.put(2, generator == 0 ? Values.NONE : Values.some(generator));
        stack.call(NORMAL_TENSOR_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::poisson(Tensor self, Generator? generator=None) -> Tensor} */
    public static long poisson(long self, long generator) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, generator == 0 ? Values.NONE : Values.some(generator));
        stack.call(POISSON_OP);
        return stack.get(0);
    }

    /** {@code aten::_standard_gamma(Tensor self, Generator? generator=None) -> Tensor} */
    public static long standardGamma(long self, long generator) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, generator == 0 ? Values.NONE : Values.some(generator));
        stack.call(_STANDARD_GAMMA_OP);
        return stack.get(0);
    }

    /** {@code aten::hann_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor} */
    public static long hannWindow(long windowLength, boolean periodic, int dtype, int layout, long device, Boolean pinMemory) {
        CallStack stack = CallStack.enter();
        stack.put(0, windowLength);
        stack.put(1, Values.of(periodic));
        stack.put(2, Values.optionalEnum(dtype));
        stack.put(3, Values.optionalEnum(layout));
        stack.put(4, Values.optionalDevice(device));
        stack.put(5, Values.optional(pinMemory));
        stack.call(HANN_WINDOW_PERIODIC_OP);
        return stack.get(0);
    }

    /** {@code aten::linspace.Tensor_Tensor(Tensor start, Tensor end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor} */
    public static long linspace(long start, long end, long steps, int dtype, int layout, long device, Boolean pinMemory) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, start);
        stack.tensor(1, end);
        stack.put(2, steps);
        stack.put(3, Values.optionalEnum(dtype));
        stack.put(4, Values.optionalEnum(layout));
        stack.put(5, Values.optionalDevice(device));
        stack.put(6, Values.optional(pinMemory));
        stack.call(LINSPACE_TENSOR_TENSOR_OP);
        return stack.get(0);
    }

    /** {@code aten::to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)} */
    public static long to(long self, int dtype, boolean nonBlocking, boolean copy, int memoryFormat) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dtype);
        stack.put(2, Values.of(nonBlocking));
        stack.put(3, Values.of(copy));
        stack.put(4, Values.optionalEnum(memoryFormat));
        stack.call(TO_DTYPE_OP);
        return stack.get(0);
    }

    /** {@code aten::to.device(Tensor(a) self, Device device, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)} */
    public static long to(long self, long device, int dtype, boolean nonBlocking, boolean copy, int memoryFormat) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, device);
        stack.put(2, dtype);
        stack.put(3, Values.of(nonBlocking));
        stack.put(4, Values.of(copy));
        stack.put(5, Values.optionalEnum(memoryFormat));
        stack.call(TO_DEVICE_OP);
        return stack.get(0);
    }

    /** {@code aten::copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)} */
    public static void copyInPlace(long self, long src, boolean nonBlocking) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.tensor(1, src);
        stack.put(2, Values.of(nonBlocking));
        stack.call(COPY__OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::zero_(Tensor(a!) self) -> Tensor(a!)} */
    public static void zeroInPlace(long self) {
        CallStack stack = CallStack.enter();
        if (ZERO__OP.direct() != 0) {
            stack.callInPlace(ZERO__OP, self);
            return;
        }
        stack.tensor(0, self);
        stack.call(ZERO__OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::fill_.Tensor(Tensor(a!) self, Tensor value) -> Tensor(a!)} */
    public static void fillInPlace(long self, long value) {
        CallStack stack = CallStack.enter();
        if (FILL__TENSOR_OP.direct() != 0) {
            stack.callInPlace(FILL__TENSOR_OP, self, value);
            return;
        }
        stack.tensor(0, self);
        stack.tensor(1, value);
        stack.call(FILL__TENSOR_OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::detach(Tensor(a) self) -> Tensor(a)} */
    public static long detach(long self) {
        CallStack stack = CallStack.enter();
        if (DETACH_OP.direct() != 0) {
            return stack.callDirect(DETACH_OP, self);
        }
        stack.tensor(0, self);
        stack.call(DETACH_OP);
        return stack.get(0);
    }

    /** {@code aten::detach_(Tensor(a!) self) -> Tensor(a!)} */
    public static void detachInPlace(long self) {
        CallStack stack = CallStack.enter();
        if (DETACH__OP.direct() != 0) {
            stack.callInPlace(DETACH__OP, self);
            return;
        }
        stack.tensor(0, self);
        stack.call(DETACH__OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::set_.source_Tensor(Tensor(a!) self, Tensor source) -> Tensor(a!)} */
    public static void setSource(long self, long source) {
        CallStack stack = CallStack.enter();
        if (SET__SOURCE_TENSOR_OP.direct() != 0) {
            stack.callInPlace(SET__SOURCE_TENSOR_OP, self, source);
            return;
        }
        stack.tensor(0, self);
        stack.tensor(1, source);
        stack.call(SET__SOURCE_TENSOR_OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::to_sparse(Tensor self, *, Layout? layout=None, int[2]? blocksize=None, int? dense_dim=None) -> Tensor} */
    public static long toSparse(long self, int layout, long[] blocksize, Long denseDim) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalEnum(layout));
        stack.put(2, blocksize == null ? Values.NONE : Values.some(Values.list(blocksize)));
        stack.put(3, Values.optional(denseDim));
        stack.call(TO_SPARSE_OP);
        return stack.get(0);
    }

    /** {@code aten::_to_dense(Tensor self, ScalarType? dtype=None, bool? masked_grad=None) -> Tensor} */
    public static long toDense(long self, int dtype, Boolean maskedGrad) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalEnum(dtype));
        stack.put(2, Values.optional(maskedGrad));
        stack.call(_TO_DENSE_OP);
        return stack.get(0);
    }

    /** {@code aten::sparse_coo_tensor.indices_size(Tensor indices, Tensor values, int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool? is_coalesced=None) -> Tensor} */
    public static long sparseCooTensor(long indices, long values, long[] size, int dtype, int layout, long device, Boolean pinMemory, Boolean isCoalesced) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, indices);
        stack.tensor(1, values);
        stack.put(2, Values.list(size));
        stack.put(3, Values.optionalEnum(dtype));
        stack.put(4, Values.optionalEnum(layout));
        stack.put(5, Values.optionalDevice(device));
        stack.put(6, Values.optional(pinMemory));
        stack.put(7, Values.optional(isCoalesced));
        stack.call(SPARSE_COO_TENSOR_INDICES_SIZE_OP);
        return stack.get(0);
    }

    /** {@code aten::coalesce(Tensor(a) self) -> Tensor(a)} */
    public static long coalesce(long self) {
        CallStack stack = CallStack.enter();
        if (COALESCE_OP.direct() != 0) {
            return stack.callDirect(COALESCE_OP, self);
        }
        stack.tensor(0, self);
        stack.call(COALESCE_OP);
        return stack.get(0);
    }

    /** {@code aten::is_coalesced(Tensor self) -> bool} */
    public static boolean isCoalesced(long self) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.call(IS_COALESCED_OP);
        return stack.get(0) != 0;
    }

    /** {@code aten::_indices(Tensor(a) self) -> Tensor(a)} */
    public static long indices(long self) {
        CallStack stack = CallStack.enter();
        if (_INDICES_OP.direct() != 0) {
            return stack.callDirect(_INDICES_OP, self);
        }
        stack.tensor(0, self);
        stack.call(_INDICES_OP);
        return stack.get(0);
    }

    /** {@code aten::_values(Tensor(a) self) -> Tensor(a)} */
    public static long values(long self) {
        CallStack stack = CallStack.enter();
        if (_VALUES_OP.direct() != 0) {
            return stack.callDirect(_VALUES_OP, self);
        }
        stack.tensor(0, self);
        stack.call(_VALUES_OP);
        return stack.get(0);
    }

    /** {@code aten::_nnz(Tensor self) -> int} */
    public static long nnz(long self) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.call(_NNZ_OP);
        return stack.get(0);
    }

    /** {@code aten::is_pinned(Tensor self, Device? device=None) -> bool} */
    public static boolean isPinned(long self, long device) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalDevice(device));
        stack.call(IS_PINNED_OP);
        return stack.get(0) != 0;
    }

    /** {@code aten::pin_memory(Tensor(a) self, Device? device=None) -> Tensor(a)} */
    public static long pinMemory(long self, long device) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optionalDevice(device));
        stack.call(PIN_MEMORY_OP);
        return stack.get(0);
    }

    /** {@code aten::resize_(Tensor(a!) self, SymInt[] size, *, MemoryFormat? memory_format=None) -> Tensor(a!)} */
    public static void resizeInPlace(long self, long[] size, int memoryFormat) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.list(size));
        stack.put(2, Values.optionalEnum(memoryFormat));
        stack.call(RESIZE__OP);
        Tensors.delete(stack.get(0));
    }

    /** {@code aten::softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor} */
    public static long softmax(long self, long dim, int dtype) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.optionalEnum(dtype));
        stack.call(SOFTMAX_INT_OP);
        return stack.get(0);
    }

    /** {@code aten::log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor} */
    public static long logSoftmax(long self, long dim, int dtype) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, dim);
        stack.put(2, Values.optionalEnum(dtype));
        stack.call(LOG_SOFTMAX_INT_OP);
        return stack.get(0);
    }

    /** {@code aten::fft_fft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor} */
    public static long fftFft(long self, Long n, long dim, String norm) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optional(n));
        stack.put(2, dim);
        stack.put(3, Values.optional(norm));
        stack.call(FFT_FFT_OP);
        return stack.get(0);
    }

    /** {@code aten::fft_ifft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor} */
    public static long fftIfft(long self, Long n, long dim, String norm) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optional(n));
        stack.put(2, dim);
        stack.put(3, Values.optional(norm));
        stack.call(FFT_IFFT_OP);
        return stack.get(0);
    }

    /** {@code aten::fft_rfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor} */
    public static long fftRfft(long self, Long n, long dim, String norm) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optional(n));
        stack.put(2, dim);
        stack.put(3, Values.optional(norm));
        stack.call(FFT_RFFT_OP);
        return stack.get(0);
    }

    /** {@code aten::fft_irfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor} */
    public static long fftIrfft(long self, Long n, long dim, String norm) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.optional(n));
        stack.put(2, dim);
        stack.put(3, Values.optional(norm));
        stack.call(FFT_IRFFT_OP);
        return stack.get(0);
    }

    /** {@code aten::fft_fft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor} */
    public static long fftFft2(long self, long[] s, long[] dim, String norm) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, s == null ? Values.NONE : Values.some(Values.list(s)));
        stack.put(2, Values.list(dim));
        stack.put(3, Values.optional(norm));
        stack.call(FFT_FFT2_OP);
        return stack.get(0);
    }

    /** {@code aten::fft_ifft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor} */
    public static long fftIfft2(long self, long[] s, long[] dim, String norm) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, s == null ? Values.NONE : Values.some(Values.list(s)));
        stack.put(2, Values.list(dim));
        stack.put(3, Values.optional(norm));
        stack.call(FFT_IFFT2_OP);
        return stack.get(0);
    }

    /** {@code aten::stft.center(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str pad_mode="reflect", bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor} */
    public static long stft(long self, long nFft, Long hopLength, Long winLength, long window, boolean center, String padMode, boolean normalized, Boolean onesided, Boolean returnComplex, Boolean alignToWindow) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, nFft);
        stack.put(2, Values.optional(hopLength));
        stack.put(3, Values.optional(winLength));
        stack.optionalTensor(4, window);
        stack.put(5, Values.of(center));
        stack.put(6, Values.string(padMode));
        stack.put(7, Values.of(normalized));
        stack.put(8, Values.optional(onesided));
        stack.put(9, Values.optional(returnComplex));
        stack.put(10, Values.optional(alignToWindow));
        stack.call(STFT_CENTER_OP);
        return stack.get(0);
    }

    /** {@code aten::_backward(Tensor self, Tensor[] inputs, Tensor? gradient=None, bool? retain_graph=None, bool create_graph=False) -> ()} */
    public static void backward(long self, long[] inputs, long gradient, Boolean retainGraph, boolean createGraph) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.put(1, Values.tensors(inputs));
        stack.optionalTensor(2, gradient);
        stack.put(3, Values.optional(retainGraph));
        stack.put(4, Values.of(createGraph));
        stack.call(_BACKWARD_OP);
    }

    /** {@code aten::retain_grad(Tensor(a!) self) -> ()} */
    public static void retainGrad(long self) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.call(RETAIN_GRAD_OP);
    }

    /** {@code aten::is_leaf(Tensor self) -> bool} */
    public static boolean isLeaf(long self) {
        CallStack stack = CallStack.enter();
        stack.tensor(0, self);
        stack.call(IS_LEAF_OP);
        return stack.get(0) != 0;
    }
}
