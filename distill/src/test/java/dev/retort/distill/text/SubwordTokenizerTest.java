package dev.retort.distill.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.distill.data.DataException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

class SubwordTokenizerTest {
    @TempDir Path folder;

    @Test
    void givesAllTokensOfATextWhateverTheFileSaysOfTruncationAndPadding() throws IOException {
        try (SubwordTokenizer tokenizer = TinyEncoder.tokenizer()) {
            assertArrayEquals(new int[] {4, 5}, tokenizer.ids("A bill"));
            assertArrayEquals(
                    new int[] {7, 9, 8, 9, 1, 10, 11},
                    tokenizer.ids("cats dogs zebra CHEAP pills"));
            assertArrayEquals(new int[0], tokenizer.ids(" \n"));
        }
    }

    @Test
    void knowsItsVocabulary() throws IOException {
        try (SubwordTokenizer tokenizer = TinyEncoder.tokenizer()) {
            assertEquals(TinyEncoder.TOKENS, tokenizer.size());
            assertEquals(Set.of(0, 1, 2, 3), tokenizer.special());
            assertArrayEquals(new int[] {TinyEncoder.START}, tokenizer.frame()[0]);
            assertArrayEquals(new int[] {TinyEncoder.END}, tokenizer.frame()[1]);
        }
    }

    @Test
    void refusesWhatIsNoTokenizer() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        for (String content :
                new String[] {"no JSON", "{}", "[]", "{\"model\": {\"vocab\": []}}"}) {
            Files.writeString(file, content);
            DataException refused =
                    assertThrows(DataException.class, () -> SubwordTokenizer.open(file));
            assertTrue(
                    String.valueOf(refused.getMessage()).startsWith("expected a tokenizer.json"),
                    refused.getMessage());
        }
    }
}
