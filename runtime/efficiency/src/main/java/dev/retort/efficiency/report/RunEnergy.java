package dev.retort.efficiency.report;

import dev.retort.device.Reading;
import dev.retort.device.sampling.EnergyUsage;
import dev.retort.device.sampling.WindowReport;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.Spending.Part;
import dev.retort.efficiency.figures.EnergyPerItem;
import dev.retort.efficiency.figures.EnergyPerItem.Scope;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The energy of a run over all its attempts: of its GPUs where they tell it, or of processors. */
final class RunEnergy {
    private RunEnergy() {}

    /**
     * The energy per item.
     *
     * @param account the run
     * @param sampled what this process has sampled
     * @param gpus the run's GPUs, by identity
     */
    static EnergyPerItem of(RunAccount account, WindowReport sampled, Collection<String> gpus) {
        Map<String, Part> boards = new TreeMap<>();
        Map<String, Part> packages = new TreeMap<>();
        account.spending()
                .joules()
                .forEach(
                        (name, part) -> {
                            String device = name.substring(0, name.lastIndexOf(' '));
                            if (isOf(name, EnergyUsage.Scope.PACKAGES)) {
                                packages.put(name, part);
                            } else if (gpus.contains(device)
                                    || !sampled.energies().containsKey(device)) {
                                // One that is not here was that of an earlier attempt.
                                boards.put(name, part);
                            }
                        });
        Map<String, Part> parts = boards.isEmpty() ? packages : boards;
        Scope scope =
                boards.isEmpty()
                        ? Scope.PACKAGE
                        : boards.keySet().stream()
                                        .anyMatch(name -> isOf(name, EnergyUsage.Scope.MODULE))
                                ? Scope.MODULE
                                : Scope.GPU;
        if (parts.isEmpty()) {
            return EnergyPerItem.of(
                    account.cpu().joules(), account.items(), Duration.ZERO, Double.NaN, scope);
        }
        double joules = parts.values().stream().mapToDouble(Part::amount).sum();
        EnergyPerItem perItem =
                EnergyPerItem.of(
                        Reading.now(
                                joules,
                                String.join(" + ", parts.keySet()) + over(account, parts.values())),
                        account.items(),
                        Duration.ZERO,
                        Double.NaN,
                        scope);
        return new EnergyPerItem(
                perItem.joules(), relativeError(account, parts.values(), joules), scope);
    }

    private static boolean isOf(String name, EnergyUsage.Scope scope) {
        return name.endsWith(" " + scope);
    }

    /** What the sum is of: all attempts, and how much of their time. */
    static String over(RunAccount account, Collection<Part> parts) {
        String attempts =
                account.attempts() == 1 ? "" : ", all %d attempts".formatted(account.attempts());
        return isAll(account, parts)
                ? attempts
                : "%s, of %s of the %s that they took"
                        .formatted(
                                attempts.isEmpty() ? ", 1 attempt" : attempts,
                                Numbers.time(covered(parts) * 1e-9),
                                Numbers.time(account.ledger().elapsedAtWork().toNanos() * 1e-9));
    }

    private static boolean isAll(RunAccount account, Collection<Part> parts) {
        return parts.stream().anyMatch(part -> part.covers(account.ledger()));
    }

    private static long covered(Collection<Part> parts) {
        return parts.stream().mapToLong(part -> part.covered().toNanos()).max().orElse(0);
    }

    private static OptionalDouble relativeError(
            RunAccount account, Collection<Part> parts, double joules) {
        boolean known =
                joules > 0
                        && account.items() > 0
                        && isAll(account, parts)
                        && parts.stream().allMatch(part -> part.errorBound().isPresent());
        return known
                ? OptionalDouble.of(
                        parts.stream().mapToDouble(part -> part.errorBound().orElse(0)).sum()
                                / joules)
                : OptionalDouble.empty();
    }
}
