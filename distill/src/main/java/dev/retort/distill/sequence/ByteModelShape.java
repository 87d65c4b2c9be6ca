package dev.retort.distill.sequence;

import static java.util.Objects.requireNonNull;

/**
 * The shape of a language model of bytes.
 *
 * @param mixer what mixes the positions
 * @param layers layers, at least 1
 * @param width elements of a position
 * @param headSize with attention: elements of a head, which divide the width; else N, the elements
 *     of the state of a channel
 * @param length the longest sequence
 */
public record ByteModelShape(Mixer mixer, int layers, int width, int headSize, int length) {
    /** What mixes the positions. */
    public enum Mixer {
        /** A transformer: attention, and after it two linear layers with GELU between them. */
        ATTENTION,

        /** Selective state spaces, which have no other layers beside them. */
        STATE_SPACE
    }

    /** Checks the sizes. */
    public ByteModelShape {
        requireNonNull(mixer, "mixer is null");
        SequenceMixer.requireAtLeastOne("a number of layers", layers);
        SequenceMixer.requireAtLeastOne("a width", width);
        SequenceMixer.requireAtLeastOne("a size of heads or states", headSize);
        SequenceMixer.requireAtLeastOne("a length", length);
        if (mixer == Mixer.ATTENTION && width % headSize != 0) {
            throw new IllegalArgumentException(
                    "expected a width that is a multiple of the head size %d, found %d"
                            .formatted(headSize, width));
        }
    }

    /**
     * The parameters that work on each byte: all but the tables of bytes and positions. A forward
     * pass takes 2 N operations a byte beside those between positions.
     *
     * @return N
     */
    public long multipliedParameters() {
        long w = width;
        long norm = 2 * w;
        long head = w * ByteLanguageModel.VOCABULARY;
        long layer =
                switch (mixer) {
                    case ATTENTION -> 12 * w * w + 2 * norm;
                    case STATE_SPACE -> SelectiveStateSpace.parameters(width, headSize) + norm;
                };
        return layers * layer + norm + head;
    }
}
