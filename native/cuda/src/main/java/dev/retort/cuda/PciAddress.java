package dev.retort.cuda;

import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The PCI address of a device: the identity that the CUDA driver and NVML share. The driver prints
 * the domain with four hexadecimal digits and NVML with eight; as values they are equal.
 *
 * @param domain PCI domain, 32 bits, unsigned
 * @param bus PCI bus, 0 to 255
 * @param device device on the bus, 0 to 31
 * @param function function of the device, 0 to 7
 */
public record PciAddress(int domain, int bus, int device, int function) {
    private static final Pattern FORM =
            Pattern.compile(
                    "(\\p{XDigit}{1,8}):(\\p{XDigit}{1,2}):(\\p{XDigit}{1,2})(?:\\.([0-7]))?");

    /** Checks the ranges. */
    public PciAddress {
        if (bus < 0 || bus > 255 || device < 0 || device > 31 || function < 0 || function > 7) {
            throw new IllegalArgumentException(
                    "not a PCI address: bus %d, device %d, function %d"
                            .formatted(bus, device, function));
        }
    }

    /**
     * Reads an address of the form {@code domain:bus:device.function}, all hexadecimal; the
     * function may be left out.
     *
     * @param text the address
     * @return its value
     * @throws IllegalArgumentException when the text has another form
     */
    public static PciAddress parse(String text) {
        Matcher parts = FORM.matcher(text.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a PCI address: \"" + text + "\"");
        }
        return new PciAddress(
                HexFormat.fromHexDigits(parts.group(1)),
                HexFormat.fromHexDigits(parts.group(2)),
                HexFormat.fromHexDigits(parts.group(3)),
                parts.group(4) == null ? 0 : HexFormat.fromHexDigits(parts.group(4)));
    }

    /** {@return the address in NVML's form, for example {@code 00000000:65:00.0}} */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%08x:%02x:%02x.%x", domain, bus, device, function);
    }
}
