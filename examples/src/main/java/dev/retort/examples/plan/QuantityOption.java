package dev.retort.examples.plan;

import dev.retort.planning.PlanningException;
import dev.retort.planning.table.Quantity;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number as an option takes it, such as 1e22, 70B or 300 billion. */
final class QuantityOption implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
        try {
            double number = Quantity.parse(value);
            if (!Double.isFinite(number)) {
                throw new TypeConversionException("expected a finite number, found " + value);
            }
            return number;
        } catch (PlanningException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
