package dev.retort.experiment.state;

import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.search.Observation;
import dev.retort.experiment.search.Report;
import dev.retort.experiment.search.TrialDecision;

import org.jspecify.annotations.Nullable;

/** What is known of the trials of searches, and of what runs may go on from. */
final class SearchState {
    /** How many trials a search has proposed. */
    final Layer<String, Integer> trials;

    /** Why a search proposes no further trial. */
    final Layer<String, String> closed;

    /** The number of a trial, by experiment and arm. */
    final Layer<String, Integer> trialNumbers;

    /** What the trials of a search reported, in the order in which it came. */
    final Journal<Report> reports;

    /** What was decided about the trials of a search. */
    final Journal<TrialDecision> trialDecisions;

    /** What trials of a search that ended were worth, in the order of their ends. */
    final Journal<Observation> observations;

    /** The trials of a search whose runs changed their state, in the order in which they did. */
    final Journal<Integer> changed;

    /** What other runs may go on from, by content key and step. */
    final Layer<String, Checkpoint> forkPoints;

    SearchState(Layers layers, @Nullable SearchState below) {
        trials = layers.map(below == null ? null : below.trials);
        closed = layers.map(below == null ? null : below.closed);
        trialNumbers = layers.map(below == null ? null : below.trialNumbers);
        reports = layers.lists(below == null ? null : below.reports);
        trialDecisions = layers.lists(below == null ? null : below.trialDecisions);
        observations = layers.lists(below == null ? null : below.observations);
        changed = layers.lists(below == null ? null : below.changed);
        forkPoints = layers.map(below == null ? null : below.forkPoints);
    }
}
