package dev.retort.efficiency.export.tensorboard;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The few messages of TensorBoard's event files, in protocol buffers' encoding, and the framing of
 * TensorFlow's record files: the length as 8 bytes, its checksum, the bytes, their checksum; little
 * endian. Numbers of fields are those of {@code tensorflow.Event} and {@code tensorflow.Summary}.
 */
final class Records {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private Records() {}

    /** The event that begins a file. */
    static byte[] version(double wallSeconds) {
        Message event = new Message();
        event.fixed64(1, Double.doubleToLongBits(wallSeconds));
        event.bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
        return event.toBytes();
    }

    /** One scalar. */
    static byte[] scalar(double wallSeconds, long step, String tag, float number) {
        Message value = new Message();
        value.bytes(1, tag.getBytes(StandardCharsets.UTF_8));
        value.fixed32(2, Float.floatToIntBits(number));
        Message summary = new Message();
        summary.bytes(1, value.toBytes());
        Message event = new Message();
        event.fixed64(1, Double.doubleToLongBits(wallSeconds));
        event.varint(2, step);
        event.bytes(5, summary.toBytes());
        return event.toBytes();
    }

    /** A record with its frame. */
    static byte[] framed(byte[] data) {
        ByteBuffer record = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(masked(record.array(), 0, 8));
        record.put(data);
        record.putInt(masked(data, 0, data.length));
        return record.array();
    }

    /**
     * A CRC-32C that is safe to be part of data that has a CRC itself: rotated, plus a constant.
     */
    private static int masked(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        byte[] toBytes() {
            return out.toByteArray();
        }

        void varint(int field, long number) {
            tag(field, VARINT);
            varint(number);
        }

        void fixed64(int field, long bits) {
            tag(field, FIXED64);
            little(8, bits);
        }

        void fixed32(int field, int bits) {
            tag(field, FIXED32);
            little(4, bits);
        }

        void bytes(int field, byte[] bytes) {
            tag(field, BYTES);
            varint(bytes.length);
            out.writeBytes(bytes);
        }

        private void tag(int field, int type) {
            varint(((long) field << 3) | type);
        }

        private void varint(long number) {
            long rest = number;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }

        private void little(int size, long bits) {
            for (int i = 0; i < size; i++) {
                out.write((int) (bits >>> (8 * i)));
            }
        }
    }
}
