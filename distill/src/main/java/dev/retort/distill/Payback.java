package dev.retort.distill;

import dev.retort.device.Reading;
import dev.retort.efficiency.figures.Cost;

/**
 * After how many requests a distillation has paid for itself: what it took once, over what a
 * request to the student saves against one to the teacher.
 *
 * @param spent what the distilled student took: its training, and the teacher's pass over the
 *     training samples, or the read of what it said from a cache that had it. The teacher's own
 *     training is left out, since without a student the teacher would be needed all the same
 * @param perTeacherRequest what a pass of the teacher takes
 * @param perStudentRequest what a pass of the student takes
 * @param requests the requests after which the student has saved as much, rounded up
 */
public record Payback(
        Reading spent, Reading perTeacherRequest, Reading perStudentRequest, Reading requests) {
    /** Time and energy of a piece of work. */
    record Expense(double seconds, Reading joules) {
        /** What it costs by the prices that are known. */
        Reading money(Prices prices) {
            double sum = prices.perHour().orElse(0) * seconds / 3600;
            if (prices.perKilowattHour().isEmpty()) {
                return prices.perHour().isEmpty()
                        ? new Reading.Absent("no price above 0 was named")
                        : Reading.now(sum, "time by the price of an hour");
            }
            if (!(joules instanceof Reading.Measured(double energy, String source, long _))) {
                return joules;
            }
            double perKilowattHour = prices.perKilowattHour().getAsDouble();
            return Reading.now(sum + Cost.ofEnergy(energy, 1, perKilowattHour), source);
        }
    }

    /**
     * Divides.
     *
     * @param spent what the distillation took
     * @param perTeacherRequest what a request to the teacher takes, in the same unit
     * @param perStudentRequest what a request to the student takes, in the same unit
     * @return the pay-back; its requests are absent where one of these is, or the student saves
     *     nothing
     */
    public static Payback of(Reading spent, Reading perTeacherRequest, Reading perStudentRequest) {
        return new Payback(
                spent,
                perTeacherRequest,
                perStudentRequest,
                requests(spent, perTeacherRequest, perStudentRequest));
    }

    private static Reading requests(Reading spent, Reading teacher, Reading student) {
        for (Reading part : new Reading[] {spent, teacher, student}) {
            if (part instanceof Reading.Absent) {
                return part;
            }
        }
        double saved = value(teacher) - value(student);
        return saved > 0
                ? Reading.now(Math.ceil(value(spent) / saved), "spent / saved a request")
                : new Reading.Absent(
                        "a request to the student takes no less than one to the teacher");
    }

    private static double value(Reading reading) {
        return reading.ifMeasured().orElseThrow();
    }
}
