package io.tributary.cli.demo;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the command line asks of a demonstration.
 *
 * @param folder that the command was started in
 * @param keep folder to write to; empty: a fresh one below {@code folder}
 * @param rounds empty: as many as the form has
 */
public record DemoOrder(
    Path folder,
    Optional<Path> keep,
    long seed,
    boolean quick,
    int nodes,
    Optional<Integer> rounds) {}
