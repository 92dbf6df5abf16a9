"""From a classic run to a preset: conversion, proof and model card."""
