/**
 * Who holds which examples: the ways of dividing a data set among nodes, pure functions of labels
 * and a random stream. Never reads a file, never trains.
 */
@NullMarked
package io.tributary.simulations.partition;

import org.jspecify.annotations.NullMarked;
