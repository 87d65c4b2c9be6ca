package dev.retort.bench.kernels;

import dev.retort.bench.kernels.KernelCase.Check;
import dev.retort.bench.kernels.KernelCase.Prepared;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.kernels.AdamwKernel;
import dev.retort.device.kernels.AdamwStep;
import dev.retort.device.kernels.AdamwTensor;
import dev.retort.device.kernels.ElementType;
import dev.retort.device.kernels.reference.AdamwReference;
import dev.retort.device.kernels.reference.Difference;
import dev.retort.device.kernels.reference.HostMatrix;

import java.util.ArrayList;
import java.util.List;

/**
 * AdamW over many tensors, norm and clipping included. The gradients are counted once, like all
 * that is read, and are read twice: the norm of all of them must be known before the first is used,
 * and they do not fit any cache. So a step in float can reach 28 / 32 of the copy's rate at most.
 */
final class AdamwCases {
    private static final ElementType TYPE = ElementType.FLOAT32;

    private AdamwCases() {}

    static KernelCase of(ElementType gradients, int tensors, int elements, boolean average) {
        long n = (long) tensors * elements;
        // Parameters and moments, and the average, are read and written.
        int ownBytes = 2 * Float.BYTES * (average ? 4 : 3);
        return new KernelCase(
                "adamw",
                "%d × %d, gradients %s%s"
                        .formatted(
                                tensors,
                                elements,
                                Shapes.name(gradients),
                                average ? ", average" : ""),
                n * (ownBytes + gradients.bytes()),
                n * (average ? 20 : 17),
                n * (ownBytes / 2 + gradients.bytes()),
                (lab, sets) -> new Run(lab, sets, gradients, tensors, elements, average));
    }

    private static final class Run implements Prepared {
        private final Lab lab;
        private final ElementType gradientType;
        private final int elements;
        private final List<DeviceBuffer> buffers = new ArrayList<>();
        private final List<List<AdamwTensor>> sets = new ArrayList<>();
        private final List<AdamwKernel> kernels = new ArrayList<>();

        Run(
                Lab lab,
                int sets,
                ElementType gradientType,
                int tensors,
                int elements,
                boolean average) {
            this.lab = lab;
            this.gradientType = gradientType;
            this.elements = elements;
            for (int s = 0; s < sets; s++) {
                List<AdamwTensor> set = new ArrayList<>();
                for (int t = 0; t < tensors; t++) {
                    set.add(
                            new AdamwTensor(
                                    keep(lab.normal(TYPE, elements, 1)),
                                    keep(lab.normal(gradientType, elements, 1)),
                                    zeros(),
                                    zeros(),
                                    average ? keep(lab.normal(TYPE, elements, 1)) : null,
                                    elements));
                }
                this.sets.add(set);
                kernels.add(AdamwKernel.load(lab.context, gradientType, set));
            }
        }

        private DeviceBuffer keep(DeviceBuffer buffer) {
            buffers.add(buffer);
            return buffer;
        }

        private DeviceBuffer zeros() {
            DeviceBuffer buffer = keep(lab.context.allocate(elements * 4L));
            buffer.fill((byte) 0, lab.stream);
            return buffer;
        }

        private static AdamwStep settings(int step) {
            return new AdamwStep(step, 1e-4f, 0.9f, 0.999f, 1e-8f, 0.01f, 1, 0.999f);
        }

        @Override
        public void launch(int set) {
            kernels.get(set).step(lab.stream, settings(10));
        }

        /** A first step with fresh numbers, on all tensors, since the norm is over all of them. */
        @Override
        public Check check() {
            List<AdamwTensor> set = sets.getFirst();
            List<HostMatrix> parameters = new ArrayList<>();
            List<HostMatrix> gradients = new ArrayList<>();
            double squares = 0;
            for (AdamwTensor tensor : set) {
                HostMatrix parameter = HostMatrix.normal(lab.random, TYPE, 1, elements, 1);
                HostMatrix gradient = HostMatrix.normal(lab.random, gradientType, 1, elements, 1);
                renew(tensor, parameter, gradient);
                parameters.add(parameter);
                gradients.add(gradient);
                for (double g : gradient.row(0)) {
                    squares += g * g;
                }
            }
            kernels.getFirst().step(lab.stream, settings(1));
            lab.stream.synchronize();
            double worst = 0;
            for (int t = 0; t < set.size(); t++) {
                AdamwReference reference = new AdamwReference(parameters.get(t).row(0));
                reference.step(gradients.get(t).row(0), Math.sqrt(squares), settings(1));
                worst = Math.max(worst, difference(set.get(t), reference));
            }
            return new Check(worst, Difference.tolerance(TYPE), 3L * set.size() * elements);
        }

        private void renew(AdamwTensor tensor, HostMatrix parameters, HostMatrix gradients) {
            tensor.parameters().copyFrom(parameters.memory());
            tensor.gradients().copyFrom(gradients.memory());
            tensor.firstMoments().fill((byte) 0, lab.stream);
            tensor.secondMoments().fill((byte) 0, lab.stream);
            DeviceMemory average = tensor.average();
            if (average != null) {
                average.copyFrom(parameters.memory());
            }
        }

        private double difference(AdamwTensor tensor, AdamwReference reference) {
            double worst =
                    Math.max(
                            difference(tensor.parameters(), reference.parameters),
                            Math.max(
                                    difference(tensor.firstMoments(), reference.firstMoments),
                                    difference(tensor.secondMoments(), reference.secondMoments)));
            DeviceMemory average = tensor.average();
            return average == null
                    ? worst
                    : Math.max(worst, difference(average, reference.average));
        }

        private double difference(DeviceMemory memory, double[] expected) {
            HostMatrix found = HostMatrix.zeros(TYPE, 1, elements).download(memory);
            return Difference.of(found, expected);
        }

        @Override
        public void close() {
            kernels.forEach(AdamwKernel::close);
            buffers.forEach(DeviceBuffer::close);
        }
    }
}
