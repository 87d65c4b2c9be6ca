package dev.retort.bench.kernels;

import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.kernels.ElementType;
import dev.retort.device.kernels.reference.HostMatrix;

/**
 * Some rows of a matrix on the device, drawn at random; the first and the last are always among
 * them. A reference of a billion exponentials would take the host longer than the whole bench.
 */
final class CheckedRows {
    private static final int MOST = 24;

    private final Lab lab;
    private final ElementType type;
    private final int columns;
    private final int[] rows;

    CheckedRows(Lab lab, ElementType type, int rows, int columns) {
        this.lab = lab;
        this.type = type;
        this.columns = columns;
        int[] drawn = lab.random.ints(Math.min(MOST, rows), 0, rows).toArray();
        drawn[0] = 0;
        drawn[drawn.length - 1] = rows - 1;
        this.rows = drawn;
    }

    int count() {
        return rows.length;
    }

    int row(int i) {
        return rows[i];
    }

    private DeviceMemory on(DeviceMemory matrix, int i) {
        long bytes = (long) columns * type.bytes();
        return matrix.slice(rows[i] * bytes, bytes);
    }

    /** Puts fresh random numbers into the rows; a row that was drawn twice gets the later ones. */
    HostMatrix[] refresh(DeviceMemory matrix, double deviation) {
        HostMatrix[] fresh = new HostMatrix[rows.length];
        for (int i = 0; i < rows.length; i++) {
            HostMatrix row = HostMatrix.normal(lab.random, type, 1, columns, deviation);
            on(matrix, i).copyFrom(row.memory());
            for (int j = 0; j <= i; j++) {
                if (rows[j] == rows[i]) {
                    fresh[j] = row;
                }
            }
        }
        return fresh;
    }

    HostMatrix download(DeviceMemory matrix, int i) {
        return HostMatrix.zeros(type, 1, columns).download(on(matrix, i));
    }
}
