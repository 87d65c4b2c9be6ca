package dev.retort.distill.recipe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;

/**
 * Where keys stand in the text of a recipe, for whoever is to mend it.
 *
 * @param mapper reads the text
 * @param text the text; empty where it is no file of its own
 */
record RecipeLines(ObjectMapper mapper, String text) {
    /**
     * The line of a key.
     *
     * @param path the keys that lead to it, joined by dots; places in lists count from 0
     * @return such as {@code ", line 3"}; empty where the key is not in the text but in its base
     */
    String of(String path) {
        String pointer = "/" + path.replace('.', '/');
        try (JsonParser parser = mapper.createParser(text)) {
            while (parser.nextToken() != null) {
                if (parser.getParsingContext().pathAsPointer().toString().equals(pointer)) {
                    return ", line " + parser.currentTokenLocation().getLineNr();
                }
            }
            return "";
        } catch (JsonProcessingException _) {
            // Told by whoever reads the text as a whole.
            return "";
        } catch (IOException e) {
            throw new AssertionError("text in memory can be read", e);
        }
    }
}
