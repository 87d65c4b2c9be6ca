package dev.retort.cuda;

import java.util.List;

/** A feature of a library, by the functions that the library must export for it. */
interface RequiredSymbols {
    /**
     * The functions that the feature calls.
     *
     * @return their names; {@code a|b} stands for either of two, where an older driver has the
     *     function under another name
     */
    List<String> symbols();
}
