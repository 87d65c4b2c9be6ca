package dev.retort.distill.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.util.List;

class TokenWindowsTest {
    private static final List<int[]> TEXTS =
            List.of(new int[] {4, 5, 6, 7, 8, 9, 10, 11}, new int[] {}, new int[] {5, 5});

    @Test
    void cutsTextsAndOrdersWindowsByLength() {
        TokenWindows windows = TokenWindows.of(TEXTS, 3, 2);
        assertEquals(4, windows.size());
        assertEquals(3, windows.texts());
        assertArrayEquals(new int[] {}, windows.tokens(0));
        assertArrayEquals(new int[] {5, 5}, windows.tokens(1));
        assertArrayEquals(new int[] {4, 5, 6}, windows.tokens(2));
        assertArrayEquals(new int[] {7, 8, 9}, windows.tokens(3));
    }

    @Test
    void givesEachTextTheMeanOfItsWindowsByTheirLengths() {
        TokenWindows windows = TokenWindows.of(List.of(new int[] {4, 5, 6, 7}), 3, 2);
        // The window of one token comes first.
        float[][] means = windows.meanByText(new float[] {0, 1, 1, 0}, 2);
        double norm = Math.sqrt(10);
        assertArrayEquals(new float[] {(float) (3 / norm), (float) (1 / norm)}, means[0], 1e-6f);
        assertThrows(IllegalArgumentException.class, () -> windows.meanByText(new float[3], 2));
    }

    @Test
    void givesTheWindowsOfSomeTextsWithTheirRows() {
        TokenWindows windows = TokenWindows.of(TEXTS, 3, 2);
        TokenWindows some = windows.ofTexts(text -> text != 1);
        assertEquals(3, some.size());
        assertArrayEquals(new int[] {5, 5}, some.tokens(0));
        assertArrayEquals(new int[] {7, 8, 9}, some.tokens(2));
        float[] rows = {0, 1, 2, 3, 4, 5, 6, 7};
        assertArrayEquals(
                new float[] {2, 3, 4, 5, 6, 7}, windows.rowsOfTexts(rows, 2, text -> text != 1));
    }

    @Test
    void isToldApartByEachTokenAndByTheBordersOfTexts() {
        var one = TokenWindows.of(TEXTS, 3, 2).fingerprint();
        assertEquals(one, TokenWindows.of(TEXTS, 3, 2).fingerprint());
        assertNotEquals(one, TokenWindows.of(TEXTS, 3, 3).fingerprint());
        assertNotEquals(
                TokenWindows.of(List.of(new int[] {4, 5}, new int[] {6}), 2, 1).fingerprint(),
                TokenWindows.of(List.of(new int[] {4}, new int[] {5, 6}), 2, 1).fingerprint());
    }

    @Test
    void refusesNothingToCut() {
        assertThrows(IllegalArgumentException.class, () -> TokenWindows.of(List.of(), 3, 2));
        assertThrows(IllegalArgumentException.class, () -> TokenWindows.of(TEXTS, 0, 2));
        assertThrows(IllegalArgumentException.class, () -> TokenWindows.of(TEXTS, 3, 0));
    }
}
