/** The house's never-list as tests that bite: each rule is also shown a sample that breaks it. */
@NullMarked
package io.tributary.house;

import org.jspecify.annotations.NullMarked;
