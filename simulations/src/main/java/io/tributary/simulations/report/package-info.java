/**
 * Reports of simulations: pictures as SVG and pages as HTML that need nothing else. Functions of
 * figures; never reads a run.
 */
@NullMarked
package io.tributary.simulations.report;

import org.jspecify.annotations.NullMarked;
