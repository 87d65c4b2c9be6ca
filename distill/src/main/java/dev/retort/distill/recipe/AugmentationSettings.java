package dev.retort.distill.recipe;

import dev.retort.distill.augment.ImageAugmentation;

/**
 * An {@link ImageAugmentation} as plain values; its seed is that of the training.
 *
 * @param padding the most pixels by which an image is moved
 * @param mirrored whether half of the images are mirrored
 */
public record AugmentationSettings(int padding, boolean mirrored) {
    /** Checks the values. */
    public AugmentationSettings {
        new ImageAugmentation(padding, mirrored, 0);
    }

    /**
     * The augmentation.
     *
     * @return what these are the settings of, with the seed 0
     */
    public ImageAugmentation augmentation() {
        return new ImageAugmentation(padding, mirrored, 0);
    }
}
