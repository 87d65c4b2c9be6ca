package dev.retort.distill.data;

/**
 * A text as bytes, divided by files: what is held out comes from files that training never sees.
 * Immutable, as far as nobody writes to its arrays.
 */
public final class ByteCorpus {
    private final String name;
    private final byte[] train;
    private final byte[] validation;
    private final int files;

    /**
     * Takes ownership of the arrays.
     *
     * @param name what it is, for reports
     * @param train the text to train on
     * @param validation the held-out text
     * @param files the number of files of both
     */
    public ByteCorpus(String name, byte[] train, byte[] validation, int files) {
        this.name = name;
        this.train = train;
        this.validation = validation;
        this.files = files;
    }

    /**
     * What it is.
     *
     * @return a name for reports
     */
    public String name() {
        return name;
    }

    /**
     * The text to train on.
     *
     * @return the bytes; not copied, not to be changed
     */
    public byte[] train() {
        return train;
    }

    /**
     * The held-out text.
     *
     * @return the bytes; not copied, not to be changed
     */
    public byte[] validation() {
        return validation;
    }

    /**
     * The number of files of both.
     *
     * @return at least 2
     */
    public int files() {
        return files;
    }
}
