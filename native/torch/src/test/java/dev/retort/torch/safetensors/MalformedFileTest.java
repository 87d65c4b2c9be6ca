package dev.retort.torch.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** Files that are broken, each in one way, and the sentence that says how. */
class MalformedFileTest {
    private static final String SIXTY_FIVE_AXES =
            "0,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9"
                    + ",9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9";

    @TempDir private Path folder;

    private String messageOf(byte[] bytes) throws IOException {
        Path path = folder.resolve("broken.safetensors");
        Files.write(path, bytes);
        String message =
                assertThrows(SafetensorsException.class, () -> SafetensorsFile.open(path).close())
                        .toString();
        String start =
                SafetensorsException.class.getName() + ": " + path + " is no safetensors file: ";
        assertTrue(message.startsWith(start), message);
        return message.substring(start.length());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},"
                        + "'b':{'dtype':'U8','shape':[4],'data_offsets':[3,7]}} | 7 |"
                        + " expected tensor 'b' to begin at byte 4, where 'a' ends, found 3, so there is an overlap",
                "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},"
                        + "'b':{'dtype':'U8','shape':[2],'data_offsets':[5,7]}} | 7 |"
                        + " expected tensor 'b' to begin at byte 4, where 'a' ends, found 5, so there is a hole",
                "{'a':{'dtype':'U8','shape':[4],'data_offsets':[1,5]}} | 5 |"
                        + " expected tensor 'a' to begin at byte 0, where the header ends, found 1, so there is a hole",
                "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}} | 3 |"
                        + " expected 4 bytes of data after the header, found 3, so the file is truncated",
                "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}} | 5 |"
                        + " expected 4 bytes of data after the header, found 5, so the file is longer than its tensors",
                "{'a':{'dtype':'F32','shape':[2,2],'data_offsets':[0,12]}} | 12 |"
                        + " expected 16 bytes for tensor 'a', which is F32 of shape [2, 2], found 12",
                "{'a':{'dtype':'F4','shape':[3],'data_offsets':[0,2]}} | 2 |"
                        + " expected a whole number of bytes below 2^63 for tensor 'a', found F4 of shape [3]",
                "{'a':{'dtype':'U8','shape':[4294967296,4294967296],'data_offsets':[0,0]}} | 0 |"
                        + " expected a whole number of bytes below 2^63 for tensor 'a',"
                        + " found U8 of shape [4294967296, 4294967296]",
                "{'a':{'dtype':'U8','shape':[4],'data_offsets':[4,0]}} | 4 |"
                        + " expected the first byte of tensor 'a' and the one after its last, found [4, 0]",
                "{'a':{'dtype':'U8','shape':[4],'data_offsets':[4]}} | 4 |"
                        + " expected the first byte of tensor 'a' and the one after its last, found [4]",
                "{'a':{'dtype':'U8','shape':[-4],'data_offsets':[0,4]}} | 4 |"
                        + " expected whole numbers from 0 on in 'shape' of tensor 'a', found -4",
                "{'a':{'dtype':'U8','shape':[4.5],'data_offsets':[0,4]}} | 4 |"
                        + " expected whole numbers from 0 on in 'shape' of tensor 'a', found 4.5",
                "{'a':{'dtype':'U8','shape':["
                        + SIXTY_FIVE_AXES
                        + "],'data_offsets':[0,0]}} | 0 |"
                        + " expected a shape of at most 64 axes for tensor 'a', found 65",
                "{'a':{'shape':[4],'data_offsets':[0,4]}} | 4 |"
                        + " expected 'dtype' of tensor 'a', found none",
                "{'a':[1]} | 0 | expected START_OBJECT for 'a', found START_ARRAY",
                "{'__metadata__':{'n':1}} | 0 |"
                        + " expected VALUE_STRING for '__metadata__.n', found VALUE_NUMBER_INT",
                "{} {} | 0 | expected nothing but spaces after the header's last '}', found START_OBJECT",
                "[] | 0 | expected a header that begins with '{', found '['",
            })
    void saysInOneSentenceWhatIsWrong(String header, int data, String message) throws IOException {
        assertEquals(message, messageOf(Bytes.file(header, data)));
    }

    @Test
    void namesTheTypesItKnows() throws IOException {
        assertTrue(
                messageOf(Bytes.file("{'a':{'dtype':'Q4','shape':[2],'data_offsets':[0,1]}}", 1))
                        .endsWith("BF16, I32, U32, F32, C64, F64, I64, U64], found 'Q4'"));
    }

    @Test
    void refusesDuplicateKeys() throws IOException {
        String a = "'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}";
        String message = messageOf(Bytes.file("{" + a + "," + a + "}", 1));
        assertTrue(message.contains("without duplicate keys"), message);
        assertTrue(message.contains("Duplicate field 'a'"), message);
    }

    @Test
    void refusesNumbersBeyondALong() throws IOException {
        String message =
                messageOf(
                        Bytes.file(
                                "{'a':{'dtype':'U8','shape':[99999999999999999999],'data_offsets':[0,1]}}",
                                1));
        assertTrue(message.contains("out of range of long"), message);
    }

    @Test
    void refusesHeadersThatAreTooLongOrCutShort() throws IOException {
        assertEquals(
                "expected the header's length in the first 8 bytes, found a file of 3 bytes",
                messageOf(new byte[3]));
        assertEquals(
                "expected a header of at most 100000000 bytes, found 100000001",
                messageOf(Bytes.file(100_000_001, new byte[2], 0)));
        assertEquals(
                "expected a header of at most 100000000 bytes, found 18446744073709551615",
                messageOf(Bytes.file(-1, new byte[2], 0)));
        assertEquals(
                "expected a header of 64 bytes, found a file of 10 bytes, so the file is truncated",
                messageOf(Bytes.file(64, new byte[2], 0)));
        assertEquals(
                "expected a header that begins with '{', found an empty one",
                messageOf(Bytes.file(0, new byte[0], 0)));
    }

    @Test
    void refusesOtherEncodings() throws IOException {
        byte[] latin = "{\"\u00e9\":1}".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
                "expected a header in UTF-8, found other bytes",
                messageOf(Bytes.file(latin.length, latin, 0)));
    }

    @Test
    void acceptsFieldsOfLaterVersionsAndFilesWithoutTensors() throws IOException {
        Path path = folder.resolve("fine.safetensors");
        Files.write(
                path,
                Bytes.file(
                        "{'a':{'dtype':'U8','x':[{'y':1}],'shape':[1],'data_offsets':[0,1]}}", 1));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertEquals(1, file.bytes("a").byteSize());
        }
        Files.write(path, Bytes.file("{}", 0));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertTrue(file.tensors().isEmpty());
        }
    }

    /** Whatever byte of a header changes, the file opens or is refused by the one exception. */
    @Test
    void survivesChangedBytes() throws IOException {
        byte[] good = Files.readAllBytes(Golden.file("all-types.safetensors"));
        Path path = folder.resolve("changed.safetensors");
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] changed = Arrays.copyOf(good, good.length);
            changed[random.nextInt(1200)] = (byte) random.nextInt(256);
            Files.write(path, changed);
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                file.tensors().keySet().forEach(file::bytes);
            } catch (SafetensorsException _) {
                refused++;
            }
        }
        assertTrue(refused > 500, "refused " + refused);
    }
}
