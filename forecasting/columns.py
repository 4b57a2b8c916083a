"""A regression's columns: waves, dense, and flags, mostly zero, multiplied each in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from forecasting.history import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Columns:
    """Regressors [N, K]: first the waves, dense, then the flags, mostly zero.

    Most columns flag a weekday or one day of an event, so products that know of the zeros are
    several times faster.

    Parameters
    ----------
    waves
        Columns of any value [N, W].
    flags
        Columns of zeros and ones [N, K - W].

    Examples
    --------
    >>> columns = Columns.build(np.array([[1.0], [2.0]]), np.array([[1.0, 0], [0, 1]]))
    >>> columns.times(np.array([10.0, 1, 2])).tolist()
    [11.0, 22.0]
    >>> columns.gram(np.ones(2)).tolist()
    [[5.0, 1.0, 2.0], [1.0, 1.0, 0.0], [2.0, 0.0, 1.0]]
    """

    waves: FloatArray
    flags: Any

    @classmethod
    def build(cls, waves: FloatArray, flags: FloatArray) -> Columns:
        """Return columns from two dense tables of as many rows."""
        return cls(waves, sparse.csr_array(flags))

    @property
    def count(self) -> int:
        """Number of columns K."""
        return int(self.waves.shape[1] + self.flags.shape[1])

    def rows(self, which: IntArray | BoolArray) -> Columns:
        """Return the columns of some rows."""
        return Columns(self.waves[which], self.flags[which])

    def times(self, coefficients: FloatArray) -> FloatArray:
        """Return the columns times coefficients [N]."""
        width = self.waves.shape[1]
        product: FloatArray = self.waves @ coefficients[:width]
        product += self.flags @ coefficients[width:]
        return product

    def across(self, values: FloatArray) -> FloatArray:
        """Return for each column its sum of products with values [K]."""
        return np.concatenate([values @ self.waves, self.flags.T @ values])

    def gram(self, weights: FloatArray) -> FloatArray:
        """Return the weighted sums of products of any two columns [K, K]."""
        width = self.waves.shape[1]
        result = np.empty((self.count, self.count))
        weighted = self.waves * weights[:, None]
        result[:width, :width] = self.waves.T @ weighted
        mixed = self.flags.T @ weighted
        result[width:, :width], result[:width, width:] = mixed, mixed.T
        result[width:, width:] = ((self.flags.T * weights) @ self.flags).toarray()
        return result
