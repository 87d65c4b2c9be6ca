package dev.retort.distill.recipe;

/** A file is no recipe; the message says where, what was expected and what was found. */
public final class RecipeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    RecipeException(String message, Throwable cause) {
        super(message, cause);
    }

    RecipeException(String message) {
        super(message);
    }
}
