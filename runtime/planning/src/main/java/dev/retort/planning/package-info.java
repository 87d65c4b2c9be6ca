/**
 * What all plans share: quantities with intervals, the convention by which FLOPs are counted, and
 * the refusal of data that allow no answer. The packages below fit laws, draw plans from them and
 * cost inference; none of them knows a tensor library.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.planning;
